/** A set-up step that cannot be done. Its message is one sentence: what is missing and how to get it. */
export class SetupFailure extends Error {
  name = 'SetupFailure';
}

/** The user or the system asked the set-up to end. */
export class Interrupted extends Error {
  name = 'Interrupted';

  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}
