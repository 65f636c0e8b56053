import type { Tensor } from '../../native/graph.ts';
import type { Ops } from '../../native/tensor-ops.ts';
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
          const [zi, zf, zc, zo] = g.split(z, 4, 1);
          if (!zi || !zf || !zc || !zo) throw new Error('An LSTM has four gates.');
          const [i, f, o] = [g.sigmoid(zi), g.sigmoid(zf), g.sigmoid(zo)];
          const candidate = g.relu(zc);
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
        const { size } = chunk;
        const parts = [
          g.unstack(chunk.i, size),
          g.unstack(chunk.f, size),
          g.unstack(chunk.o, size),
          g.unstack(chunk.candidate, size),
          g.unstack(chunk.cell, size),
          g.unstack(chunk.cellActivation, size),
          g.unstack(outputGradient(index), size),
        ];
        const gates = new Array<Tensor>(size);
        for (let step = size - 1; step >= 0; step -= 1) {
          const [i, f, o, candidate, , cellActivation, fromOutput] = parts.map(
            (part) => part[step],
          );
          if (!i || !f || !o || !candidate || !cellActivation || !fromOutput) {
            throw new Error('A step of the LSTM is missing.');
          }
          const cellBefore = step === 0 ? chunk.before.cell : parts[4]?.[step - 1];
          if (cellBefore === undefined) throw new Error('A cell of the LSTM is missing.');
          const dh: Tensor = dOutputAfter === null ? fromOutput : g.add(fromOutput, dOutputAfter);
          const throughOutput = g.mul(g.mul(dh, o), slopeOfRelu(g, cellActivation));
          const dCell: Tensor =
            dCellAfter === null ? throughOutput : g.add(throughOutput, dCellAfter);
          const dGates = g.concat(
            [
              g.mul(g.mul(dCell, candidate), slopeOfSigmoid(g, i)),
              g.mul(g.mul(dCell, cellBefore), slopeOfSigmoid(g, f)),
              g.mul(g.mul(dCell, i), slopeOfRelu(g, candidate)),
              g.mul(g.mul(dh, cellActivation), slopeOfSigmoid(g, o)),
            ],
            1,
          );
          gates[step] = dGates;
          dCellAfter = g.mul(dCell, f);
          dOutputAfter = g.matMul(dGates, weights.recurrent, { transposeB: true });
        }
        const dGates = g.concat(gates, 0);
        const previous = g.concat(
          [
            g.reshape(chunk.before.output, [1, -1, units]),
            ...(size > 1 ? [g.rows(chunk.h, 0, size - 1, 3)] : []),
          ],
          0,
        );
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

/** From the activation's own value. */
const slopeOfSigmoid = (g: Ops, y: Tensor): Tensor => g.mul(y, g.sub(g.float(1), y));
const slopeOfRelu = (g: Ops, y: Tensor): Tensor => g.cast(g.greater(y, g.float(0)), 'float32');
