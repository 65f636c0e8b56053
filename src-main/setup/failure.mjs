/** A set-up step that cannot be done. Its message is one sentence: what is missing and how to get it. */
export class SetupFailure extends Error {
  name = 'SetupFailure';
}
