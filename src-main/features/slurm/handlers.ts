import type { CallName, Handlers } from '#contract/index.ts';
import type { SlurmOptions } from '#contract/slurm.ts';

import type { SlurmService } from '../services.ts';
import { typedPath } from '../typed-path.ts';

type SlurmCall = Extract<CallName, `slurm.${string}`>;

function typed(options: SlurmOptions): SlurmOptions {
  const { shared } = options;
  return shared === undefined ? options : { ...options, shared: typedPath({ path: shared }).path };
}

export const slurmHandlers = (slurm: SlurmService): Pick<Handlers, SlurmCall> => ({
  'slurm.state': () => slurm.state(),
  'slurm.start': (request) => slurm.start({ ...request, options: typed(request.options) }),
  'slurm.send': ({ runIds, options }) => slurm.send(runIds, typed(options)),
  'slurm.collect': ({ experimentId }) => slurm.collect(experimentId),
  'slurm.retry': ({ experimentId }) => slurm.retry(experimentId),
  'slurm.stop': ({ experimentId }) => slurm.stop(experimentId),
});
