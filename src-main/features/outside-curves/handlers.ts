import type { CallName, Handlers } from '#contract/index.ts';

import type { OutsideCurvesService } from '../services.ts';
import { typedPath } from '../typed-path.ts';

type OutsideCurvesCall = Extract<CallName, `outsideCurves.${string}`>;

export const outsideCurveHandlers = (
  curves: OutsideCurvesService,
): Pick<Handlers, OutsideCurvesCall> => ({
  'outsideCurves.list': () => curves.list(),
  'outsideCurves.import': (request) => curves.import(typedPath(request)),
  'outsideCurves.remove'({ curveId }) {
    curves.remove(curveId);
    return {};
  },
  'outsideCurves.restore'(curve) {
    curves.restore(curve);
    return {};
  },
});
