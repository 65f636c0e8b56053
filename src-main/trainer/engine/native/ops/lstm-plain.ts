import type { Tensor } from '../graph.ts';
import type { Ops } from '../tensor-ops.ts';
import type { LstmChunk, LstmForm } from './lstm.ts';

/**
 * The LSTM with ReLU in place of tanh, as plain operations a step; the fused kernels have tanh built in.
 *
 *   i, f, g, o = sigmoid, sigmoid, relu, sigmoid of x Wx + h Wh + b
 *   c = f c + i g        h = o relu(c)
 */
export const plainLstm: LstmForm = {
  forward(g, inputs, weights, start, dims) {
    let before = start;
    return inputs.map(({ x, size }, index) =>
      g.scope(`chunk${index}`, () => {
        const flat = g.reshape(x, [-1, dims.inputs]);
        const fromInput = g.biasAdd(g.matMul(flat, weights.kernel), weights.bias);
        const steps = g.unstack(g.reshape(fromInput, [size, -1, 4 * dims.units]), size);
        let { cell, output } = before;
        const tape = steps.map((step) => {
          const z = g.add(step, g.matMul(output, weights.recurrent));
          // One node for all four gates; the candidate's sigmoid is not used.
          const [i, f, , o] = g.split(g.sigmoid(z), 4, 1);
          if (!i || !f || !o) throw new Error('An LSTM has four gates.');
          const candidate = g.relu(g.slice(z, [0, 2 * dims.units], [-1, dims.units]));
          cell = g.add(g.mul(f, cell), g.mul(i, candidate));
          const cellActivation = g.relu(cell);
          output = g.mul(o, cellActivation);
          return { i, f, o, candidate, cell, cellActivation, h: output };
        });
        const all = (part: keyof (typeof tape)[number]): Tensor =>
          g.stack(tape.map((s) => s[part]));
        const chunk: LstmChunk = {
          x,
          size,
          before,
          after: { cell, output },
          i: all('i'),
          f: all('f'),
          o: all('o'),
          candidate: all('candidate'),
          cell: all('cell'),
          cellActivation: all('cellActivation'),
          h: all('h'),
        };
        before = chunk.after;
        return chunk;
      }),
    );
  },

  backward(g, chunks, weights, outputGradient, { inputs, units }) {
    let dCellAfter: Tensor | null = null;
    let dOutputAfter: Tensor | null = null;
    const kernel: Tensor[] = [];
    const recurrent: Tensor[] = [];
    const bias: Tensor[] = [];
    const inputGradients = new Array<Tensor>(chunks.length);

    for (const [index, chunk] of [...chunks.entries()].reverse()) {
      g.scope(`chunk${index}`, () => {
        const { size, i, f, o, candidate, cellActivation } = chunk;
        const cellBefore = shifted(g, chunk.cell, chunk.before.cell, size, units);
        // What each gate's input does to the cell (i, f, c) or to the output (o), for all steps at once.
        const gateSlopes = g.unstack(
          g.concat(
            [
              g.mul(candidate, slopeOfSigmoid(g, i)),
              g.mul(cellBefore, slopeOfSigmoid(g, f)),
              g.mul(i, slopeOfRelu(g, candidate)),
              g.mul(cellActivation, slopeOfSigmoid(g, o)),
            ],
            2,
          ),
          size,
        );
        const cellSlopes = g.unstack(g.mul(o, slopeOfRelu(g, cellActivation)), size);
        const forgets = g.unstack(f, size);
        const fromOutput = g.unstack(outputGradient(index), size);
        const gates = new Array<Tensor>(size);
        for (let step = size - 1; step >= 0; step -= 1) {
          const [gateSlope, cellSlope, forget, own] = [
            gateSlopes,
            cellSlopes,
            forgets,
            fromOutput,
          ].map((parts) => parts[step]);
          if (!gateSlope || !cellSlope || !forget || !own) {
            throw new Error('A step of the LSTM is missing.');
          }
          const dh: Tensor = dOutputAfter === null ? own : g.add(own, dOutputAfter);
          const throughOutput = g.mul(dh, cellSlope);
          const dCell: Tensor =
            dCellAfter === null ? throughOutput : g.add(throughOutput, dCellAfter);
          const dGates = g.mul(g.concat([dCell, dCell, dCell, dh], 1), gateSlope);
          gates[step] = dGates;
          dCellAfter = g.mul(dCell, forget);
          dOutputAfter = g.matMul(dGates, weights.recurrent, { transposeB: true });
        }
        const dGates = g.concat(gates, 0);
        const previous = shifted(g, chunk.h, chunk.before.output, size, units);
        kernel.push(g.matMul(g.reshape(chunk.x, [-1, inputs]), dGates, { transposeA: true }));
        recurrent.push(g.matMul(g.reshape(previous, [-1, units]), dGates, { transposeA: true }));
        bias.push(g.biasGradient(dGates));
        inputGradients[index] = g.reshape(g.matMul(dGates, weights.kernel, { transposeB: true }), [
          size,
          -1,
          inputs,
        ]);
      });
    }
    return {
      kernel: g.addAll(kernel),
      recurrent: g.addAll(recurrent),
      bias: g.addAll(bias),
      inputs: inputGradients,
    };
  },
};

/** x [C, B, H] one step later: `before` [B, H] comes first, the last step is dropped. */
function shifted(g: Ops, x: Tensor, before: Tensor, size: number, units: number): Tensor {
  const first = g.reshape(before, [1, -1, units]);
  return size === 1 ? first : g.concat([first, g.rows(x, 0, size - 1, 3)], 0);
}

/** From the activation's own value. */
const slopeOfSigmoid = (g: Ops, y: Tensor): Tensor => g.mul(y, g.sub(g.float(1), y));
const slopeOfRelu = (g: Ops, y: Tensor): Tensor => g.cast(g.greater(y, g.float(0)), 'float32');
