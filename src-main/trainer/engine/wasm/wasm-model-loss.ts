import * as tf from '@tensorflow/tfjs';

/**
 * Binary cross-entropy of logits [B], added up and divided by `total` (the whole batch, of which these rows may be a part), and how
 * many are on the right side. Computed in float64 from the logits, so that large ones stay exact.
 */
export function crossEntropy(
  logits: tf.Tensor1D,
  labels: Float32Array,
  total: number,
): Readonly<{ loss: tf.Scalar; correct: number }> {
  let correct = 0;
  const apply = tf.customGrad((...inputs) => {
    const values = (inputs[0] as tf.Tensor1D).dataSync<'float32'>();
    const slopes = new Float32Array(values.length);
    let sum = 0;
    values.forEach((z, row) => {
      const label = labels[row] ?? 0;
      sum += Math.max(z, 0) - z * label + Math.log1p(Math.exp(-Math.abs(z)));
      slopes[row] = (1 / (1 + Math.exp(-z)) - label) / total;
      if (z > 0 === label > 0.5) correct += 1;
    });
    return {
      value: tf.scalar(sum / total),
      gradFunc: (gradient: tf.Tensor) => tf.tensor1d(slopes).mul(gradient),
    };
  });
  const loss = apply(logits) as tf.Scalar;
  return { loss, correct };
}
