import type { Tensor } from '../graph.ts';
import type { Ops } from '../tensor-ops.ts';

/** Keras's weights of one direction, gates i, f, c, o: [E, 4H], [H, 4H], [4H]. */
export type LstmWeights = Readonly<{ kernel: Tensor; recurrent: Tensor; bias: Tensor }>;
export type LstmState = Readonly<{ cell: Tensor; output: Tensor }>;

/** What one chunk of C steps leaves for the backward pass. Everything but the states is [C, B, H]. */
export type LstmChunk = Readonly<{
  /** [C, B, E] */
  x: Tensor;
  size: number;
  before: LstmState;
  after: LstmState;
  /** The gates after their activations, the cell, its activation, the output. */
  i: Tensor;
  f: Tensor;
  o: Tensor;
  candidate: Tensor;
  cell: Tensor;
  cellActivation: Tensor;
  h: Tensor;
}>;

export type LstmGradients = LstmWeights &
  Readonly<{ /** By chunk, [C, B, E]. */ inputs: readonly Tensor[] }>;

/** Both forms of the LSTM: fused kernels (tanh) and plain operations (any activation). */
export type LstmForm = Readonly<{
  forward: (
    g: Ops,
    inputs: readonly Readonly<{ x: Tensor; size: number }>[],
    weights: LstmWeights,
    start: LstmState,
    dims: LstmDims,
  ) => readonly LstmChunk[];
  /** @param outputGradient of h of a chunk, [C, B, H] */
  backward: (
    g: Ops,
    chunks: readonly LstmChunk[],
    weights: LstmWeights,
    outputGradient: (chunkIndex: number) => Tensor,
    dims: LstmDims,
  ) => LstmGradients;
}>;

export type LstmDims = Readonly<{ inputs: number; units: number }>;

/** BlockLSTM runs a whole chunk; backward by LSTMBlockCellGrad a step (`steps`) or BlockLSTMGrad a chunk (`block`). */
export const fusedLstm = (backwardForm: 'steps' | 'block'): LstmForm => ({
  forward: fusedForward,
  backward: backwardForm === 'steps' ? backwardBySteps : backwardByBlocks,
});

const fusedForward: LstmForm['forward'] = (g, inputs, weights, start, { units }) => {
  const { w, b } = fusedWeights(g, weights);
  const peephole = g.zeros(units);
  let before = start;
  return inputs.map(({ x, size }, index) =>
    g.scope(`chunk${index}`, () => {
      const [i, cell, f, o, candidate, cellActivation, h] = g.graph.node(
        'BlockLSTM',
        [g.int64(size), x, before.cell, before.output, w, peephole, peephole, peephole, b],
        {
          attributes: {
            T: { type: 'float32' },
            // Keras adds the forget gate's 1 to the bias itself and never clips the cell.
            forget_bias: { float: 0 },
            cell_clip: { float: -1 },
            use_peephole: { bool: false },
          },
          outputs: ['float32', 'float32', 'float32', 'float32', 'float32', 'float32', 'float32'],
        },
      );
      if (!i || !cell || !f || !o || !candidate || !cellActivation || !h)
        throw missing('BlockLSTM');
      const chunk = {
        x,
        size,
        before,
        after: { cell: g.row(cell, size - 1), output: g.row(h, size - 1) },
        i,
        f,
        o,
        candidate,
        cell,
        cellActivation,
        h,
      };
      before = chunk.after;
      return chunk;
    }),
  );
};

const backwardBySteps: LstmForm['backward'] = (g, chunks, weights, outputGradient, dims) => {
  const { inputs, units } = dims;
  const { w, b } = fusedWeights(g, weights);
  // Transposed once: the products with them are up to a quarter faster.
  const wxT = g.transpose(g.rows(w, 0, inputs, 2), [1, 0]);
  const whT = g.transpose(g.rows(w, inputs, units, 2), [1, 0]);
  const peephole = g.zeros(units);
  const first = itemAt(chunks, 0);
  // The kernel asks for the step's input and previous output but reads only their sizes.
  const anyX = g.row(first.x, 0);
  const anyH = first.before.output;
  let cellGradient = g.mul(first.before.cell, g.float(0));
  let carried: Tensor | null = null;
  const weightGradients: Tensor[] = [];
  const biasGradients: Tensor[] = [];
  const inputGradients = new Array<Tensor>(chunks.length);

  for (let index = chunks.length - 1; index >= 0; index -= 1) {
    const chunk = itemAt(chunks, index);
    g.scope(`chunk${index}`, () => {
      const { size } = chunk;
      const i = g.unstack(chunk.i, size);
      const f = g.unstack(chunk.f, size);
      const o = g.unstack(chunk.o, size);
      const candidate = g.unstack(chunk.candidate, size);
      const cell = g.unstack(chunk.cell, size);
      const cellActivation = g.unstack(chunk.cellActivation, size);
      const dOutput = g.unstack(outputGradient(index), size);
      const gates = new Array<Tensor>(size);
      for (let step = size - 1; step >= 0; step -= 1) {
        const fromOutput = itemAt(dOutput, step);
        const dh = carried === null ? fromOutput : g.add(fromOutput, carried);
        const [dCellBefore, dGates] = g.graph.node(
          'LSTMBlockCellGrad',
          [
            anyX,
            step === 0 ? chunk.before.cell : itemAt(cell, step - 1),
            anyH,
            w,
            peephole,
            peephole,
            peephole,
            b,
            itemAt(i, step),
            itemAt(cell, step),
            itemAt(f, step),
            itemAt(o, step),
            itemAt(candidate, step),
            itemAt(cellActivation, step),
            cellGradient,
            dh,
          ],
          {
            attributes: { T: { type: 'float32' }, use_peephole: { bool: false } },
            outputs: ['float32', 'float32', 'float32', 'float32', 'float32'],
          },
        );
        if (!dCellBefore || !dGates) throw missing('LSTMBlockCellGrad');
        gates[step] = dGates;
        cellGradient = dCellBefore;
        const isFirstStep = index === 0 && step === 0;
        if (!isFirstStep) carried = g.matMul(dGates, whT);
      }
      // [C * B, 4H]
      const dGates = g.concat(gates, 0);
      const previous = g.concat(
        [
          g.reshape(chunk.before.output, [1, -1, units]),
          ...(size > 1 ? [g.rows(chunk.h, 0, size - 1, 3)] : []),
        ],
        0,
      );
      const seen = g.reshape(g.concat([chunk.x, previous], 2), [-1, inputs + units]);
      weightGradients.push(g.matMul(seen, dGates, { transposeA: true }));
      biasGradients.push(g.biasGradient(dGates));
      inputGradients[index] = g.reshape(g.matMul(dGates, wxT), [size, -1, inputs]);
    });
  }
  return {
    ...kerasGradients(g, g.addAll(weightGradients), g.addAll(biasGradients), dims),
    inputs: inputGradients,
  };
};

const backwardByBlocks: LstmForm['backward'] = (g, chunks, weights, outputGradient, dims) => {
  const { units } = dims;
  const { w, b } = fusedWeights(g, weights);
  const peephole = g.zeros(units);
  let carried: LstmState | null = null;
  const weightGradients: Tensor[] = [];
  const biasGradients: Tensor[] = [];
  const inputGradients = new Array<Tensor>(chunks.length);
  for (let index = chunks.length - 1; index >= 0; index -= 1) {
    const chunk = itemAt(chunks, index);
    g.scope(`chunk${index}`, () => {
      const { size } = chunk;
      const dOutput = outputGradient(index);
      const none = g.mul(dOutput, g.float(0));
      const [dx, dCell, dh, dw, , , , db] = g.graph.node(
        'BlockLSTMGrad',
        [
          g.int64(size),
          chunk.x,
          chunk.before.cell,
          chunk.before.output,
          w,
          peephole,
          peephole,
          peephole,
          b,
          chunk.i,
          chunk.cell,
          chunk.f,
          chunk.o,
          chunk.candidate,
          chunk.cellActivation,
          chunk.h,
          carried === null ? none : addToLastStep(g, none, carried.cell, size, units),
          carried === null ? dOutput : addToLastStep(g, dOutput, carried.output, size, units),
        ],
        {
          attributes: { T: { type: 'float32' }, use_peephole: { bool: false } },
          outputs: Array<'float32'>(8).fill('float32'),
        },
      );
      if (!dx || !dCell || !dh || !dw || !db) throw missing('BlockLSTMGrad');
      carried = { cell: dCell, output: dh };
      weightGradients.push(dw);
      biasGradients.push(db);
      inputGradients[index] = dx;
    });
  }
  return {
    ...kerasGradients(g, g.addAll(weightGradients), g.addAll(biasGradients), dims),
    inputs: inputGradients,
  };
};

/** x [C, B, H] with `last` [B, H] added to its last step. */
function addToLastStep(g: Ops, x: Tensor, last: Tensor, size: number, units: number): Tensor {
  const end = g.add(g.rows(x, size - 1, 1, 3), g.reshape(last, [1, -1, units]));
  return size === 1 ? end : g.concat([g.rows(x, 0, size - 1, 3), end], 0);
}

/** The kernels want one matrix [E + H, 4H] with the gates in the order i, c, f, o. */
function fusedWeights(g: Ops, { kernel, recurrent, bias }: LstmWeights): { w: Tensor; b: Tensor } {
  return {
    w: swapMiddleGates(g, g.concat([kernel, recurrent], 0), 1),
    b: swapMiddleGates(g, bias, 0),
  };
}

function kerasGradients(g: Ops, w: Tensor, b: Tensor, { inputs, units }: LstmDims): LstmWeights {
  const gradient = swapMiddleGates(g, w, 1);
  return {
    kernel: g.rows(gradient, 0, inputs, 2),
    recurrent: g.rows(gradient, inputs, units, 2),
    bias: swapMiddleGates(g, b, 0),
  };
}

/** i, f, c, o <-> i, c, f, o */
function swapMiddleGates(g: Ops, x: Tensor, axis: number): Tensor {
  const gates = g.split(x, 4, axis);
  return g.concat([itemAt(gates, 0), itemAt(gates, 2), itemAt(gates, 1), itemAt(gates, 3)], axis);
}

const missing = (operation: string): Error =>
  new Error(`${operation} has other outputs than known.`);

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`No item ${index} in a list of ${list.length}.`);
  return item;
}
