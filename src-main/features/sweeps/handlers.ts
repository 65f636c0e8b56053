import type { CallName, Handlers } from '#contract/index.ts';

import type { SweepsService } from '../services.ts';

type SweepCall = Extract<CallName, `sweeps.${string}`>;

export const sweepHandlers = (sweeps: SweepsService): Pick<Handlers, SweepCall> => ({
  'sweeps.start': (request) => sweeps.start(request),
  'sweeps.estimate': (request) => sweeps.estimate(request),
});
