import type { RunSummary } from '#contract/run.ts';
import type { Result } from '#contract/failure.ts';
import { startFromOf } from '#core/start-from.ts';

import * as m from '../../messages/compiled/messages.js';
import type { AppState } from '../../state/app.svelte.ts';
import { count } from '../../widgets/format.ts';

/** What can be done to runs; what went wrong becomes a note, what can be undone says so. */
export class RunActions {
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
  }

  async stop(run: RunSummary): Promise<void> {
    this.#report(await this.#app.bridge.call('runs.stop', { runId: run.runId }));
  }

  async pause(run: RunSummary): Promise<void> {
    this.#report(await this.#app.bridge.call('runs.pause', { runId: run.runId }));
  }

  async resume(run: RunSummary): Promise<void> {
    this.#report(await this.#app.bridge.call('runs.resume', { runId: run.runId }));
  }

  async rename(run: RunSummary, name: string): Promise<void> {
    const trimmed = name.trim();
    if (trimmed === '' || trimmed === run.name) return;
    const isRenamed = this.#report(await this.#app.bridge.call('runs.rename', { runId: run.runId, name: trimmed }));
    if (!isRenamed) return;
    this.#app.toasts.say(m.runs_renamed({ name: trimmed }), {
      undo: async () => {
        this.#report(await this.#app.bridge.call('runs.rename', { runId: run.runId, name: run.name }));
      },
    });
  }

  duplicate(run: RunSummary): void {
    this.#app.router.go('new-run', { from: run.runId });
  }

  /** Opens New run with a run's settings, its weights after its last complete epoch, and one change. */
  startFrom(run: RunSummary, change: Readonly<{ learningRate: string } | { clipNorm: string }>): void {
    const epoch = run.last?.epoch ?? 0;
    this.#app.router.go('new-run', { from: run.runId, startFrom: startFromOf({ runId: run.runId, epoch }), ...change });
  }

  async remove(runs: readonly RunSummary[]): Promise<void> {
    const runIds = runs.map((run) => run.runId);
    const isRemoved = this.#report(await this.#app.bridge.call('runs.delete', { runIds }));
    if (!isRemoved) return;
    const [first] = runs;
    const text =
      runs.length === 1 && first !== undefined
        ? m.runs_moved_one({ name: first.name })
        : m.runs_moved({ count: count(runs.length) });
    this.#app.toasts.say(text, { undo: () => this.restore(runIds) });
  }

  async restore(runIds: readonly string[]): Promise<void> {
    this.#report(await this.#app.bridge.call('runs.restore', { runIds: [...runIds] }));
  }

  #report(result: Result<unknown>): boolean {
    if (!result.ok) this.#app.toasts.fail(result.failure);
    return result.ok;
  }
}
