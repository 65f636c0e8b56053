import type { ExportJob } from '#contract/dataset.ts';
import type { CallInput } from '#contract/index.ts';
import type { Failure } from '#contract/failure.ts';
import * as m from '#messages';

import type { AppState } from '../../state/app.svelte.ts';
import { useQuery, type Query } from '../../state/query.svelte.ts';
import { bytes } from '../../widgets/format.ts';

/** Exports under way, and those of this window that failed until they are dismissed. */
export class ExportJobs {
  readonly #app: AppState;
  readonly #query: Query<'datasets.exports'>;
  /** The dataset's name by the id of each export that this window started. */
  #mine = $state.raw<ReadonlyMap<string, string>>(new Map());
  #dismissed = $state.raw<ReadonlySet<string>>(new Set());
  #announced = new Set<string>();

  readonly shown = $derived.by(() =>
    (this.#query.value ?? []).filter(
      ({ exportId, state }) =>
        state === 'running' ||
        (state === 'failed' && this.#mine.has(exportId) && !this.#dismissed.has(exportId)),
    ),
  );

  constructor(app: AppState) {
    this.#app = app;
    this.#query = useQuery(app.bridge, 'datasets.exports', {
      input: () => ({}),
      events: ['exports.changed'],
    });
    $effect(() => {
      for (const job of this.#query.value ?? []) this.#announce(job);
    });
  }

  /** Null when it is under way, else why not. */
  async start(name: string, request: CallInput<'datasets.startExport'>): Promise<Failure | null> {
    const result = await this.#app.bridge.call('datasets.startExport', request);
    if (!result.ok) return result.failure;
    this.#mine = new Map([...this.#mine, [result.value.exportId, name]]);
    await this.#query.nudge();
    return null;
  }

  async cancel(exportId: string): Promise<void> {
    const result = await this.#app.bridge.call('datasets.cancelExport', { exportId });
    if (!result.ok) this.#app.toasts.fail(result.failure);
    await this.#query.nudge();
  }

  dismiss(exportId: string): void {
    this.#dismissed = new Set([...this.#dismissed, exportId]);
  }

  #announce({ exportId, state, path, bytes: size }: ExportJob): void {
    const name = this.#mine.get(exportId);
    if (name === undefined || state === 'running' || this.#announced.has(exportId)) return;
    this.#announced.add(exportId);
    if (state === 'cancelled') this.#app.toasts.say(m.data_export_cancelled());
    if (state !== 'finished' || size === null) return;
    this.#app.toasts.say(m.data_exported({ name, path, size: bytes(size) }), {
      action: { label: m.data_copy_path(), run: () => void navigator.clipboard.writeText(path) },
    });
  }
}
