import { adam } from '#core/model/adam.ts';

import type { Tensor } from '../graph.ts';
import type { Ops } from '../tensor-ops.ts';

export type AdamVariable = Readonly<{ value: Tensor; m: Tensor; v: Tensor }>;

/** One dense Adam update of every variable, begun when `after` is done. Returns what to wait for. */
export function applyAdam(
  g: Ops,
  updates: readonly Readonly<{ variable: AdamVariable; gradient: Tensor }>[],
  { step, learningRate, after }: { step: Tensor; learningRate: number; after: readonly Tensor[] },
): readonly Tensor[] {
  const t = g.cast(step, 'float32');
  const power1 = g.pow(g.float(adam.beta1), t);
  const power2 = g.pow(g.float(adam.beta2), t);
  return updates.map(({ variable: { value, m, v }, gradient }) => {
    const [done] = g.graph.node(
      'ResourceApplyAdam',
      [
        value,
        m,
        v,
        power1,
        power2,
        g.float(learningRate),
        g.float(adam.beta1),
        g.float(adam.beta2),
        g.float(adam.epsilon),
        gradient,
      ],
      { attributes: { T: { type: 'float32' } }, outputs: [], after },
    );
    if (done === undefined) throw new Error('An optimiser node is missing.');
    return done;
  });
}
