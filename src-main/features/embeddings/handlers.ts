import type { CallName, Handlers } from '#contract/index.ts';

import type {
  DiffsService,
  EmbeddingsService,
  OutsideTablesService,
  TransplantsService,
} from '../services.ts';
import { typedPath } from '../typed-path.ts';

type EmbeddingCall = Extract<
  CallName,
  `${'embeddings' | 'diffs' | 'transplants' | 'outsideTables'}.${string}`
>;

export const embeddingHandlers = (
  embeddings: EmbeddingsService,
  diffs: DiffsService,
  transplants: TransplantsService,
  outsideTables: OutsideTablesService,
): Pick<Handlers, EmbeddingCall> => ({
  'embeddings.list': ({ runId }) => embeddings.list(runId),
  'embeddings.sentence': (request) => embeddings.sentence(request),
  'embeddings.drift': (request) => embeddings.drift(request),
  'embeddings.cancelDrift'(request) {
    embeddings.cancelDrift(request);
    return {};
  },
  'diffs.start': (request) => diffs.start(request),
  'diffs.state': ({ diffId }) => diffs.state(diffId),
  'diffs.cancel': ({ diffId }) => diffs.cancel(diffId),
  'diffs.list': () => diffs.list(),
  'diffs.get': ({ diffId }) => diffs.get(diffId),
  'diffs.words': (request) => diffs.words(request),
  'diffs.columns': (request) => diffs.columns(request),
  'diffs.neighbours': (request) => diffs.neighbours(request),
  'diffs.projection': (request) => diffs.projection(request),
  'diffs.epochs': ({ diffId }) => diffs.epochs(diffId),
  'diffs.trajectories': (request) => diffs.trajectories(request),
  'diffs.neighbourChanges': (request) => diffs.neighbourChanges(request),
  'diffs.reviews': (request) => diffs.reviews(request),
  'diffs.cancelReviews'(request) {
    diffs.cancelReviews(request);
    return {};
  },
  'diffs.sentence': (request) => diffs.sentence(request),
  'diffs.export': (request) => diffs.exportTo(typedPath(request)),
  'diffs.remove'({ diffId }) {
    diffs.remove(diffId);
    return {};
  },
  'diffs.restore'({ diffId }) {
    diffs.restore(diffId);
    return {};
  },
  'transplants.start': (request) => transplants.start(request),
  'transplants.state': (request) => transplants.state(request),
  'transplants.list': ({ diffId }) => transplants.list(diffId),
  'transplants.cancel': (request) => transplants.cancel(request),
  'outsideTables.list': () => outsideTables.list(),
  'outsideTables.import': (request) => outsideTables.import(typedPath(request)),
  'outsideTables.remove'({ tableId }) {
    outsideTables.remove(tableId);
    return {};
  },
  'outsideTables.restore'({ tableId }) {
    outsideTables.restore(tableId);
    return {};
  },
});
