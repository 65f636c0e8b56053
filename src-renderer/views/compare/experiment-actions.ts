import type { Result } from '#contract/failure.ts';
import * as m from '#messages';

import type { AppState } from '../../state/app.svelte.ts';

/** What can be done to the experiment that a verdict is of; what went wrong becomes a note. */
export class ExperimentActions {
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Queues every configuration with so many more seeds. Returns the new runs; none where it was refused. */
  async extend(experimentId: string, seedCount: number): Promise<readonly string[]> {
    const before = await this.#app.bridge.call('experiments.get', { experimentId });
    const after = before.ok
      ? await this.#app.bridge.call('experiments.extend', { experimentId, seedCount })
      : before;
    if (!before.ok || !after.ok) {
      this.#report(after);
      return [];
    }
    const known = new Set(before.value.runs.map(({ runId }) => runId));
    const runIds = after.value.runs.map(({ runId }) => runId).filter((runId) => !known.has(runId));
    this.#app.toasts.say(m.compare_extended({ count: runIds.length }), {
      undo: async () => {
        this.#report(await this.#app.bridge.call('experiments.retract', { runIds }));
      },
    });
    return runIds;
  }

  /** To the front of the queue, from their last checkpoints. */
  async resume(runIds: readonly string[]): Promise<void> {
    this.#report(await this.#app.bridge.call('queue.add', { runIds: [...runIds], index: 0 }));
  }

  async restore(runIds: readonly string[]): Promise<void> {
    this.#report(await this.#app.bridge.call('runs.restore', { runIds: [...runIds] }));
  }

  #report(result: Result<unknown>): void {
    if (!result.ok) this.#app.toasts.fail(result.failure);
  }
}
