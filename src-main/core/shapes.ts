import type { RunConfig } from '#contract/run-config.ts';

/** The part of a configuration that decides the model's shapes. */
export type ModelShape = Pick<
  RunConfig,
  | 'embedding'
  | 'convPadding'
  | 'cnnHead'
  | 'branches'
  | 'numWords'
  | 'maxLength'
  | 'embeddingDim'
  | 'hiddenUnits'
  | 'filters'
  | 'kernelSize'
>;

/** Embedding tables a configuration has: one a branch, or one for all. A control with one branch has one table. */
export function embeddingBranches(
  shape: Pick<ModelShape, 'embedding' | 'branches'>,
): readonly ('cnn' | 'lstm' | 'shared')[] {
  if (shape.branches !== 'both') return [shape.branches];
  return shape.embedding === 'shared' ? ['shared'] : ['cnn', 'lstm'];
}

export const hasCnn = (shape: Pick<ModelShape, 'branches'>): boolean => shape.branches !== 'lstm';
export const hasLstm = (shape: Pick<ModelShape, 'branches'>): boolean => shape.branches !== 'cnn';

/** Positions after the convolution: T with padding same, T - k + 1 with valid. */
export function convPositions(
  shape: Pick<ModelShape, 'convPadding' | 'maxLength' | 'kernelSize'>,
): number {
  return shape.convPadding === 'same' ? shape.maxLength : shape.maxLength - shape.kernelSize + 1;
}

/** Width of what each branch gives to the output layer. */
export function branchWidths(shape: ModelShape): Readonly<{ cnn: number; lstm: number }> {
  return {
    cnn: hasCnn(shape) ? (shape.cnnHead === 'dense' ? shape.hiddenUnits : shape.filters) : 0,
    lstm: hasLstm(shape) ? shape.maxLength * 2 * shape.hiddenUnits : 0,
  };
}

/** Trainable parameters by layer. */
export function layerParameters(shape: ModelShape): Readonly<{
  embeddings: readonly number[];
  conv: number;
  cnnDense: number;
  lstm: number;
  output: number;
  total: number;
}> {
  const { numWords, embeddingDim: e, hiddenUnits: h, filters: f, kernelSize: k } = shape;
  const embeddings = embeddingBranches(shape).map(() => numWords * e);
  const conv = hasCnn(shape) ? k * e * f + f : 0;
  const cnnDense = hasCnn(shape) && shape.cnnHead === 'dense' ? f * h + h : 0;
  const lstm = hasLstm(shape) ? 2 * 4 * (e * h + h * h + h) : 0;
  const widths = branchWidths(shape);
  const output = widths.cnn + widths.lstm + 1;
  const total = embeddings.reduce((sum, n) => sum + n, 0) + conv + cnnDense + lstm + output;
  return { embeddings, conv, cnnDense, lstm, output, total };
}
