import type { Experiment } from '#contract/experiment.ts';
import type { Result } from '#contract/failure.ts';
import type { CallInput } from '#contract/index.ts';
import type { RunSummary } from '#contract/run.ts';
import { startFromOf } from '#core/config/start-from.ts';
import { count } from '#core/wording/number-text.ts';
import * as m from '#messages';

import type { AppState } from '../../state/app.svelte.ts';

type StartRequest = CallInput<'runs.start'> | CallInput<'sweeps.start'> | CallInput<'slurm.start'>;

/** The command line's way out where a run cannot go on with this engine; here a new run is. */
const startAgainFlag = '--anew';

/** What can be done to runs; what went wrong becomes a note, what can be undone says so. */
export class RunActions {
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Shows the new runs at once (`isShown`), or says how to get there. False where they were refused. */
  async start(
    request: StartRequest,
    { isShown }: Readonly<{ isShown: boolean }>,
  ): Promise<boolean> {
    const isOnSlurm = 'options' in request;
    const result = isOnSlurm
      ? membersOf(await this.#app.bridge.call('slurm.start', request))
      : 'sweep' in request
        ? membersOf(await this.#app.bridge.call('sweeps.start', request))
        : await this.#app.bridge.call('runs.start', request);
    if (!result.ok) {
      this.#app.toasts.fail(result.failure);
      return false;
    }
    const runIds = result.value.map(({ runId }) => runId);
    const [first] = result.value;
    await this.#app.runs.catchUp(runIds);
    const show = (): void => {
      this.#app.router.go('runs', { focus: first?.runId ?? '', runs: runIds.join(',') });
    };
    this.#app.toasts.say(
      isOnSlurm
        ? m.slurm_sent({ count: runIds.length })
        : runIds.length === 1
          ? m.new_run_started({ name: first?.name ?? '' })
          : m.new_run_started_many({ count: runIds.length }),
      isShown ? {} : { action: { label: m.common_to_the_runs(), run: show } },
    );
    if (isShown) show();
    return true;
  }

  /** Hands the failed runs of an experiment to Slurm again. */
  async retryOnSlurm(experimentId: string): Promise<void> {
    const result = await this.#app.bridge.call('slurm.retry', { experimentId });
    if (this.#report(result) && result.ok)
      this.#app.toasts.say(m.slurm_retried({ count: result.value.length }));
  }

  /** Cancels what Slurm has of an experiment. */
  async stopOnSlurm(experimentId: string): Promise<void> {
    const result = await this.#app.bridge.call('slurm.stop', { experimentId });
    if (this.#report(result) && result.ok)
      this.#app.toasts.say(m.slurm_stopped({ count: result.value.length }));
  }

  async stop(run: RunSummary): Promise<void> {
    this.#report(await this.#app.bridge.call('runs.stop', { runId: run.runId }));
  }

  async pause(run: RunSummary): Promise<void> {
    this.#report(await this.#app.bridge.call('runs.pause', { runId: run.runId }));
  }

  async resume({ runId }: RunSummary): Promise<void> {
    const result = await this.#app.bridge.call('runs.resume', { runId });
    if (result.ok || result.failure.flag !== startAgainFlag) {
      this.#report(result);
      return;
    }
    const run = (): void => {
      this.#app.router.go('new-run', { from: runId });
    };
    this.#app.toasts.fail(result.failure, { label: m.runs_start_again(), run });
  }

  async rename(run: RunSummary, name: string): Promise<void> {
    const trimmed = name.trim();
    if (trimmed === '' || trimmed === run.name) return;
    const isRenamed = this.#report(
      await this.#app.bridge.call('runs.rename', { runId: run.runId, name: trimmed }),
    );
    if (!isRenamed) return;
    this.#app.toasts.say(m.runs_renamed({ name: trimmed }), {
      undo: async () => {
        this.#report(
          await this.#app.bridge.call('runs.rename', { runId: run.runId, name: run.name }),
        );
      },
    });
  }

  /** Gives a tag to those that lack it, or takes it from those that have it. */
  async tag(runs: readonly RunSummary[], tag: string, isAdded: boolean): Promise<void> {
    const runIds = runs.filter((run) => run.tags.includes(tag) !== isAdded).map((run) => run.runId);
    if (runIds.length === 0) return;
    const send = async (toAdd: boolean): Promise<boolean> =>
      this.#report(
        await this.#app.bridge.call('runs.tag', { runIds, [toAdd ? 'add' : 'remove']: [tag] }),
      );
    if (!(await send(isAdded))) return;
    const words = { tag, count: runIds.length };
    this.#app.toasts.say(isAdded ? m.runs_tagged(words) : m.runs_untagged(words), {
      undo: async () => {
        await send(!isAdded);
      },
    });
  }

  /** True where it is written. */
  async note(run: RunSummary, note: string): Promise<boolean> {
    const send = async (text: string): Promise<boolean> =>
      this.#report(await this.#app.bridge.call('runs.note', { runId: run.runId, note: text }));
    if (note.trim() === run.note) return true;
    if (!(await send(note))) return false;
    this.#app.toasts.say(m.runs_noted({ name: run.name }), {
      undo: async () => {
        await send(run.note);
      },
    });
    return true;
  }

  /** Favourites all, or none where all are already. */
  async favourite(runs: readonly RunSummary[]): Promise<void> {
    const isFavourite = runs.some((run) => !run.isFavourite);
    const runIds = runs.filter((run) => run.isFavourite !== isFavourite).map((run) => run.runId);
    const send = async (to: boolean): Promise<boolean> =>
      this.#report(await this.#app.bridge.call('runs.favourite', { runIds, isFavourite: to }));
    if (runIds.length === 0 || !(await send(isFavourite))) return;
    const words = { count: runIds.length };
    this.#app.toasts.say(isFavourite ? m.runs_favoured(words) : m.runs_unfavoured(words), {
      undo: async () => {
        await send(!isFavourite);
      },
    });
  }

  duplicate(run: RunSummary): void {
    this.#app.router.go('new-run', { from: run.runId });
  }

  /** Opens New run with a run's settings, its weights after its last complete epoch, and one change. */
  startFrom(
    run: RunSummary,
    change: Readonly<{ learningRate: string } | { clipNorm: string }>,
  ): void {
    const epoch = run.last?.epoch ?? 0;
    this.#app.router.go('new-run', {
      from: run.runId,
      startFrom: startFromOf({ runId: run.runId, epoch }),
      ...change,
    });
  }

  /** `onundo` hears that they are wanted back, before they are. */
  async remove(runs: readonly RunSummary[], onundo: () => void = () => undefined): Promise<void> {
    const runIds = runs.map((run) => run.runId);
    const isRemoved = this.#report(await this.#app.bridge.call('runs.remove', { runIds }));
    if (!isRemoved) return;
    const [first] = runs;
    const text =
      runs.length === 1 && first !== undefined
        ? m.runs_moved_one({ name: first.name })
        : m.runs_moved({ count: count(runs.length) });
    this.#app.toasts.say(text, {
      undo: () => {
        onundo();
        return this.restore(runIds);
      },
    });
  }

  async restore(runIds: readonly string[]): Promise<void> {
    this.#report(await this.#app.bridge.call('runs.restore', { runIds: [...runIds] }));
  }

  #report(result: Result<unknown>): boolean {
    if (!result.ok) this.#app.toasts.fail(result.failure);
    return result.ok;
  }
}

const membersOf = (result: Result<Experiment>): Result<Experiment['runs']> =>
  result.ok ? { ok: true, value: result.value.runs } : result;
