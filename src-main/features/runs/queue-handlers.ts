import type { CallName, Handlers } from '#contract/index.ts';

import type { QueueService } from '../services.ts';

type QueueCall = Extract<CallName, `queue.${string}`>;

export const queueHandlers = (queue: QueueService): Pick<Handlers, QueueCall> => ({
  'queue.get': () => queue.get(),
  'queue.add': ({ runIds, index }) => queue.add(runIds, index),
  'queue.move': ({ runId, index }) => queue.move(runId, index),
  'queue.remove': ({ runIds }) => queue.remove(runIds),
  'queue.pause': () => queue.setPaused(true),
  'queue.start': () => queue.setPaused(false),
});
