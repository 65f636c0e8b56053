import type { ImportJob } from '#contract/dataset.ts';
import type { CallInput } from '#contract/index.ts';
import type { Failure } from '#contract/failure.ts';
import * as m from '#messages';

import type { AppState } from '../../state/app.svelte.ts';
import { useQuery, type Query } from '../../state/query.svelte.ts';
import type { DraftStart } from './import-draft.svelte.ts';
import { renameDataset } from './rename-dataset.ts';

type Request = CallInput<'datasets.startImport'>;

/** The dialog with a request as it was. */
export function startOf({ path, name = '', drop = [], ...choices }: Request): DraftStart {
  return { path, name, drop, choices };
}

/** Imports under way, and those that failed until they are dismissed. */
export class ImportJobs {
  /** Shown last in a file browser; null is the home folder. */
  folder = $state<string | null>(null);
  readonly #app: AppState;
  readonly #query: Query<'datasets.imports'>;
  #mine = $state.raw<ReadonlySet<string>>(new Set());
  #dismissed = $state.raw<ReadonlySet<string>>(new Set());
  #announced = new Set<string>();
  /** By import id: what this window asked for. */
  #requests = new Map<string, Request>();

  readonly shown = $derived.by(() =>
    (this.#query.value ?? []).filter(
      ({ importId, state }) =>
        state === 'running' ||
        (state === 'failed' && this.#mine.has(importId) && !this.#dismissed.has(importId)),
    ),
  );

  constructor(app: AppState) {
    this.#app = app;
    this.#query = useQuery(app.bridge, 'datasets.imports', {
      input: () => ({}),
      events: ['imports.changed'],
    });
    $effect(() => {
      for (const job of this.#query.value ?? []) this.#announce(job);
    });
  }

  /** Null when it is under way, else why not. */
  async start(request: Request): Promise<Failure | null> {
    const result = await this.#app.bridge.call('datasets.startImport', request);
    if (!result.ok) return result.failure;
    this.#requests.set(result.value.importId, request);
    return this.#follow(result.value);
  }

  /** What a job was asked for, where this window asked. */
  requestOf({ importId, source }: ImportJob): Request {
    return this.#requests.get(importId) ?? { path: source };
  }

  async startSample(): Promise<void> {
    const result = await this.#app.bridge.call('datasets.startSample', {});
    if (result.ok) this.#follow(result.value);
    else this.#app.toasts.fail(result.failure);
  }

  async cancel(importId: string): Promise<void> {
    const result = await this.#app.bridge.call('datasets.cancelImport', { importId });
    if (!result.ok) this.#app.toasts.fail(result.failure);
    await this.#query.nudge();
  }

  dismiss(importId: string): void {
    this.#dismissed = new Set([...this.#dismissed, importId]);
  }

  #follow(job: ImportJob): null {
    this.#mine = new Set([...this.#mine, job.importId]);
    void this.#query.nudge();
    return null;
  }

  #announce(job: ImportJob): void {
    if (
      !this.#mine.has(job.importId) ||
      job.state === 'running' ||
      this.#announced.has(job.importId)
    )
      return;
    this.#announced.add(job.importId);
    if (job.state === 'cancelled') this.#app.toasts.say(m.data_import_cancelled());
    if (job.state === 'finished' && job.datasetId !== null) void this.#show(job, job.datasetId);
  }

  async #show(job: ImportJob, datasetId: string): Promise<void> {
    await this.#app.datasets.refresh();
    this.#app.newRun.datasetId = datasetId;
    const { dataset } = this.#app.newRun;
    const name = dataset?.name ?? '';
    const wanted = this.#requests.get(job.importId)?.name;
    // What was there already keeps its name; one that is taken cannot be given.
    const isTaken = this.#app.datasets.value?.some((other) => other.name === wanted) ?? false;
    const action =
      dataset === undefined || wanted === undefined || isTaken
        ? undefined
        : {
            label: m.data_rename_to({ name: wanted }),
            run: () => void renameDataset(this.#app, dataset, wanted),
          };
    this.#app.toasts.say(job.message ?? m.data_imported({ name }), { action });
  }
}
