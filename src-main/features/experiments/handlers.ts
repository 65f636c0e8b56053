import type { CallName, Handlers } from '#contract/index.ts';

import type { ExperimentsService } from '../services.ts';

type ExperimentCall = Extract<CallName, `experiments.${string}`>;

export const experimentHandlers = (
  experiments: ExperimentsService,
): Pick<Handlers, ExperimentCall> => ({
  'experiments.list': () => experiments.list(),
  'experiments.get': ({ experimentId }) => experiments.get(experimentId),
  'experiments.judge': ({ runIds, weights, marginPoints }) =>
    experiments.judge(runIds, weights, marginPoints),
  'experiments.extend': ({ experimentId, seedCount }) =>
    experiments.extend(experimentId, seedCount),
  'experiments.retract': async ({ runIds }) => ({ runIds: await experiments.retract(runIds) }),
});
