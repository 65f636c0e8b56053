import { describe, expect, it } from 'vitest';

import { hasNativeBinding, loadBinding } from './binding.ts';
import { createGraph } from './graph.ts';
import { openSession } from './session.ts';
import { tensorOps } from './tensor-ops.ts';

const reason = hasNativeBinding() ? '' : ' (skipped: the native library is not set up)';
const threads = { intraOpThreads: 1, interOpThreads: 2 };

/** y = 2 x + w, and a node that sets w. */
function line() {
  const g = tensorOps(createGraph());
  const w = g.variable('w', [2]);
  const x = g.placeholder('x', 'float32', [-1, 2]);
  g.identity(g.add(g.mul(x, g.float(2)), g.read(w)), [], 'y');
  g.identity(g.float(1), [g.assign(w, g.placeholder('value', 'float32', [2]))], 'set');
  return g.graph;
}
const feed = (...values: number[]) => ({
  shape: [values.length / 2, 2],
  values: Float32Array.from(values),
});
const vector = (...values: number[]) => ({ shape: [2], values: Float32Array.from(values) });

describe.skipIf(reason !== '')(`a session${reason}`, () => {
  it('keeps its variables from run to run, apart from those of another session', () => {
    const [first, second] = [openSession(line(), threads), openSession(line(), threads)];
    first.run({ value: vector(1, 2) }, ['set']);
    second.run({ value: vector(100, 200) }, ['set']);
    expect(first.run({ x: feed(1, 1, 2, 2) }, ['y'])).toEqual([Float32Array.of(3, 4, 5, 6)]);
    expect(second.run({ x: feed(0, 0) }, ['y:0'])).toEqual([Float32Array.of(100, 200)]);
    first.dispose();
    second.dispose();
    expect(() => first.run({ x: feed(0, 0) }, ['y'])).toThrow('closed');
  });

  it('copies what it is given: later changes of the array change nothing', () => {
    const session = openSession(line(), threads);
    const value = vector(1, 2);
    session.run({ value }, ['set']);
    value.values.fill(9);
    expect(session.run({ x: feed(0, 0) }, ['y'])).toEqual([Float32Array.of(1, 2)]);
    session.dispose();
  });

  it('says so when a variable is read before it is set, and goes on', () => {
    const session = openSession(line(), threads);
    expect(() => session.run({ x: feed(0, 0) }, ['y'])).toThrow(/uninitialized|Could not find/i);
    session.run({ value: vector(1, 2) }, ['set']);
    expect(session.run({ x: feed(0, 0) }, ['y'])).toEqual([Float32Array.of(1, 2)]);
    session.dispose();
  });

  it('refuses other thread counts in one process: they change last bits', () => {
    loadBinding(threads);
    expect(() => loadBinding({ intraOpThreads: 2, interOpThreads: 2 })).toThrow(
      'start another one',
    );
  });
});
