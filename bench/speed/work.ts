import type { RunConfig } from '../../src-main/contract/run-config.ts';
import { convPositions, hasCnn, hasLstm } from '../../src-main/core/shapes.ts';

/**
 * Floating-point operations of one review in one step of training, matrix products and convolutions only: forward, and backward
 * where there is a gradient (the convolution has one at the winning windows alone, which is next to nothing).
 */
export function trainingWork(config: RunConfig): number {
  const { maxLength, embeddingDim, hiddenUnits, filters, kernelSize } = config;
  const lstmForward = 2 * (embeddingDim + hiddenUnits) * 4 * hiddenUnits;
  const lstm = hasLstm(config) ? 2 * maxLength * 3 * lstmForward : 0;
  const conv = hasCnn(config) ? convPositions(config) * 2 * kernelSize * embeddingDim * filters : 0;
  return lstm + conv;
}
