/**
 * The constants of Adam (Kingma and Ba 2015) in every backend, which are Keras's defaults: decay of the first and of the second
 * moment, and what is added to the root of the second moment. The correction for the first steps is in the learning rate.
 */
export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
