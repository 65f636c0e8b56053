import type { Tensor } from '../../native/graph.ts';
import type { Ops } from '../../native/tensor-ops.ts';

export type AdamVariable = Readonly<{ value: Tensor; m: Tensor; v: Tensor }>;

/** The constants of Keras's Adam; epsilon is added outside the root. */
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-7;

/** One dense Adam update of every variable, begun when `after` is done. Returns what to wait for. */
export function applyAdam(
  g: Ops,
  updates: readonly Readonly<{ variable: AdamVariable; gradient: Tensor }>[],
  { step, learningRate, after }: { step: Tensor; learningRate: number; after: readonly Tensor[] },
): readonly Tensor[] {
  const t = g.cast(step, 'float32');
  const power1 = g.pow(g.float(BETA_1), t);
  const power2 = g.pow(g.float(BETA_2), t);
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
        g.float(BETA_1),
        g.float(BETA_2),
        g.float(EPSILON),
        gradient,
      ],
      { attributes: { T: { type: 'float32' } }, outputs: [], after },
    );
    if (done === undefined) throw new Error('An optimiser node is missing.');
    return done;
  });
}
