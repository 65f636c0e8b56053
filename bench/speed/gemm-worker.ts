import { createGraph } from '../../src-main/trainer/engine/native/graph.ts';
import { openSession } from '../../src-main/trainer/engine/native/session.ts';
import { tensorOps } from '../../src-main/trainer/engine/native/tensor-ops.ts';

/* The most this machine multiplies: float32 products of square matrices, in floating-point operations a second. Argument: threads. */

const SIZE = 2048;
const PRODUCTS = 4;
const threads = Number(process.argv[2] ?? 1);
const g = tensorOps(createGraph());
const matrix = g.variable('matrix', [SIZE, SIZE]);
const filled = g.fill(g.ints([SIZE, SIZE]), g.float(1 / SIZE));
g.identity(g.float(1), [g.assign(matrix, filled)], 'set');
const value = g.read(matrix);
let product = value;
for (let index = 0; index < PRODUCTS; index += 1) product = g.matMul(product, value);
g.identity(g.max(product, [0, 1]), [], 'done');

const session = openSession(g.graph, { intraOpThreads: threads, interOpThreads: 1 });
session.run({}, ['set']);
let best = 0;
for (let time = 0; time < 6; time += 1) {
  const begunAt = performance.now();
  session.run({}, ['done']);
  best = Math.max(best, (PRODUCTS * 2 * SIZE ** 3) / ((performance.now() - begunAt) / 1000));
}
session.dispose();
process.stdout.write(`${JSON.stringify({ flopsPerSecond: best })}\n`);
