import { branchWidths, embeddingBranches, hasCnn, hasLstm, type ModelShape } from './shapes.ts';

/** One trainable tensor of a model. */
export type WeightShape = Readonly<{
  name: string;
  shape: readonly number[];
  /** How core/model/initial-weights.ts starts it. */
  start: 'embedding' | 'glorot' | 'orthogonal' | 'zeros' | 'forgetBias';
}>;

/**
 * All weights of a model in the order in which they are stored, hashed and exported; shapes as Keras has them. The four blocks
 * of an LSTM's last axis are the gates i, f, c, o. `output/kernel` holds the CNN's features first, then the flattened LSTM:
 * step by step, forward units before backward units.
 */
export function weightLayout(model: ModelShape): readonly WeightShape[] {
  const { numWords, embeddingDim: e, hiddenUnits: h, filters: f, kernelSize: k } = model;
  const widths = branchWidths(model);
  return [
    ...embeddingBranches(model).map((branch) => ({
      name: embeddingName(branch),
      shape: [numWords, e],
      start: 'embedding' as const,
    })),
    ...(hasCnn(model)
      ? ([
          { name: 'conv/kernel', shape: [k, e, f], start: 'glorot' },
          { name: 'conv/bias', shape: [f], start: 'zeros' },
        ] as const)
      : []),
    ...(hasCnn(model) && model.cnnHead === 'dense'
      ? ([
          { name: 'cnnDense/kernel', shape: [f, h], start: 'glorot' },
          { name: 'cnnDense/bias', shape: [h], start: 'zeros' },
        ] as const)
      : []),
    ...(hasLstm(model)
      ? (['forward', 'backward'] as const).flatMap(
          (direction) =>
            [
              { name: `lstm/${direction}/kernel`, shape: [e, 4 * h], start: 'glorot' },
              { name: `lstm/${direction}/recurrent`, shape: [h, 4 * h], start: 'orthogonal' },
              { name: `lstm/${direction}/bias`, shape: [4 * h], start: 'forgetBias' },
            ] as const,
        )
      : []),
    { name: 'output/kernel', shape: [widths.cnn + widths.lstm, 1], start: 'glorot' },
    { name: 'output/bias', shape: [1], start: 'zeros' },
  ];
}

export const embeddingName = (branch: 'cnn' | 'lstm' | 'shared'): string => `embedding/${branch}`;

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);
