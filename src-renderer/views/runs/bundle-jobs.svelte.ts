import type { BundleJob } from '#contract/bundle.ts';
import type { Failure } from '#contract/failure.ts';
import type { CallInput } from '#contract/index.ts';
import * as m from '#messages';

import type { AppState } from '../../state/app.svelte.ts';
import { useQuery, type Query } from '../../state/query.svelte.ts';
import { bytes } from '../../widgets/format.ts';

/** Bundles that are written or read, and what is left to say of this window's until it is dismissed. */
export class BundleJobs {
  /** Shown last in a file browser; null is the home folder. */
  folder = $state<string | null>(null);
  readonly #app: AppState;
  readonly #query: Query<'bundles.jobs'>;
  #mine = $state.raw<ReadonlySet<string>>(new Set());
  #dismissed = $state.raw<ReadonlySet<string>>(new Set());
  #announced = new Set<string>();

  readonly shown = $derived.by(() =>
    (this.#query.value ?? []).filter(
      (job) =>
        job.state === 'running' ||
        (this.#mine.has(job.jobId) && !this.#dismissed.has(job.jobId) && hasMoreToSay(job)),
    ),
  );

  constructor(app: AppState) {
    this.#app = app;
    this.#query = useQuery(app.bridge, 'bundles.jobs', {
      input: () => ({}),
      events: ['bundles.changed'],
    });
    $effect(() => {
      for (const job of this.#query.value ?? []) this.#announce(job);
    });
  }

  /** Null when it is under way, else why not. */
  async export(request: CallInput<'bundles.startExport'>): Promise<Failure | null> {
    return this.#follow(await this.#app.bridge.call('bundles.startExport', request));
  }

  async import(path: string): Promise<Failure | null> {
    return this.#follow(await this.#app.bridge.call('bundles.startImport', { path }));
  }

  async cancel(jobId: string): Promise<void> {
    const result = await this.#app.bridge.call('bundles.cancel', { jobId });
    if (!result.ok) this.#app.toasts.fail(result.failure);
    await this.#query.nudge();
  }

  /** The runs that an import brought. */
  show({ imported }: BundleJob): void {
    const runIds = imported?.runs ?? [];
    this.#app.router.go('runs', { focus: runIds[0] ?? '', runs: runIds.join(',') });
  }

  dismiss(jobId: string): void {
    this.#dismissed = new Set([...this.#dismissed, jobId]);
  }

  async #follow(
    result: Readonly<{ ok: true; value: BundleJob } | { ok: false; failure: Failure }>,
  ): Promise<Failure | null> {
    if (!result.ok) return result.failure;
    this.#mine = new Set([...this.#mine, result.value.jobId]);
    await this.#query.nudge();
    return null;
  }

  #announce(job: BundleJob): void {
    const { jobId, state, exported, imported } = job;
    if (!this.#mine.has(jobId) || state === 'running' || this.#announced.has(jobId)) return;
    this.#announced.add(jobId);
    if (state === 'cancelled') this.#app.toasts.say(m.bundles_cancelled());
    if (exported !== null && !hasMoreToSay(job)) {
      const { path, bytes: size } = exported;
      this.#app.toasts.say(m.bundles_exported({ path, size: bytes(size) }), {
        action: { label: m.data_copy_path(), run: () => void navigator.clipboard.writeText(path) },
      });
    }
    if (imported === null || hasMoreToSay(job)) return;
    const show = (): void => {
      this.show(job);
    };
    this.#app.toasts.say(m.bundles_imported({ count: imported.runs.length }), {
      action: { label: m.common_to_the_runs(), run: show },
    });
  }
}

/** What a short note does not hold: why it failed, what was left as it was, what is missing. */
function hasMoreToSay({ state, exported, imported }: BundleJob): boolean {
  if (state === 'failed') return true;
  if (exported !== null) return exported.lacking.length > 0;
  if (imported === null) return false;
  const { isSealed, lacking, skipped, missing, updated } = imported;
  return !isSealed || lacking.length + skipped.length + missing.length + updated.length > 0;
}
