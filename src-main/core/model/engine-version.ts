/**
 * The version of our own numeric code: what turns a configuration, data and a seed into weights, bit by bit. Raise it with every change
 * after which the same run has other weights: a layer, its gradient or the optimizer, initial weights, dropout, the order of reviews,
 * chunk sizes, or the order of a sum. Versions of TensorFlow and Twofold are stored beside it and say nothing of this.
 *
 * trainer/engine/engine-version.test.ts pins the weights of a tiny training to it: where that fails, raise the version and pin the new weights.
 */
export const engineVersion = 1;
