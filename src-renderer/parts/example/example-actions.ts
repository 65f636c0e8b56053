import * as m from '#messages';

import type { AppState } from '../../state/app.svelte.ts';

/** The experiments that come with Twofold. */
export class ExampleActions {
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Imports what of it is not here, and shows its comparison. */
  async open(): Promise<void> {
    const result = await this.#app.bridge.call('example.open', {});
    if (!result.ok) {
      this.#app.toasts.fail(result.failure);
      return;
    }
    const { runIds, allRunIds } = result.value;
    await this.#app.runs.catchUp(allRunIds);
    this.#app.router.go('compare', { runs: runIds.join(',') });
  }

  async remove(): Promise<void> {
    const result = await this.#app.bridge.call('example.remove', {});
    if (!result.ok) {
      this.#app.toasts.fail(result.failure);
      return;
    }
    if (result.value.runIds.length === 0) this.#app.toasts.say(m.example_none());
    else this.#app.toasts.say(m.example_removed(), { undo: () => this.#restore() });
  }

  async #restore(): Promise<void> {
    const result = await this.#app.bridge.call('example.open', {});
    if (!result.ok) this.#app.toasts.fail(result.failure);
  }
}
