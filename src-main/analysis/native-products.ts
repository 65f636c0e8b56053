import type { Matrix } from '#core/embeddings/algebra/matrix.ts';
import type { Products } from '#core/embeddings/algebra/products.ts';

import { createGraph, type Tensor } from '../trainer/engine/native/graph.ts';
import { openSession, type Feed } from '../trainer/engine/native/session.ts';
import { tensorOps } from '../trainer/engine/native/tensor-ops.ts';

/** Matrix products on the native library, on `threads` cores. */
export function createNativeProducts(threads: number): Products {
  const graph = createGraph();
  const ops = tensorOps(graph);
  const a = ops.placeholder('a', 'float32', [-1, -1]);
  const b = ops.placeholder('b', 'float32', [-1, -1]);
  const named = (name: string, x: Tensor): string => {
    graph.node('Identity', [x], { name, outputs: [x.dtype], attributes: { T: { type: x.dtype } } });
    return name;
  };
  const cast = (x: Tensor, dtype: 'float32' | 'float64'): Tensor => {
    const [result] = graph.node('Cast', [x], {
      attributes: { SrcT: { type: x.dtype }, DstT: { type: dtype } },
      outputs: [dtype],
    });
    if (result === undefined) throw new Error('A cast has an output.');
    return result;
  };
  const rowsByRows = named('rowsByRows', ops.matMul(a, b, { transposeB: true }));
  const times = named('times', ops.matMul(a, b));
  // Only float32 comes out of a session: a float64 is fetched as two of them, its nearest and the rest.
  const sums = ops.matMul(cast(a, 'float64'), cast(b, 'float64'), { transposeA: true });
  const nearest = cast(sums, 'float32');
  const high = named('high', nearest);
  const low = named('low', cast(ops.sub(sums, cast(nearest, 'float64')), 'float32'));
  const session = openSession(graph, { intraOpThreads: threads, interOpThreads: 1 });

  const feed = ({ rows, columns, values }: Matrix): Feed => ({ shape: [rows, columns], values });
  const run = (left: Matrix, right: Matrix, fetches: readonly string[]): Float32Array[] =>
    session.run({ a: feed(left), b: feed(right) }, fetches);
  return {
    rowsByRows: (left, right) => one(run(left, right, [rowsByRows])),
    columnsByColumns(left, right) {
      const [nearestSums, rest] = run(left, right, [high, low]);
      return Float64Array.from(nearestSums ?? [], (value, at) => value + (rest?.[at] ?? 0));
    },
    times(left, q, columns) {
      const right = { rows: left.columns, columns, values: Float32Array.from(q) };
      return { rows: left.rows, columns, values: one(run(left, right, [times])) };
    },
  };
}

function one([result]: readonly Float32Array[]): Float32Array {
  if (result === undefined) throw new Error('The native library gave nothing.');
  return result;
}
