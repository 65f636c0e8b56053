import type { CallInput } from '#contract/index.ts';
import type { Failure } from '#contract/failure.ts';
import type { JobOf } from '#contract/jobs.ts';
import * as m from '#messages';

import type { AppState } from '../../../state/app.svelte.ts';
import { Jobs } from '../../../state/jobs.svelte.ts';
import type { DraftStart } from './import-draft.svelte.ts';
import { renameDataset } from '../rename-dataset.ts';

type Request = CallInput<'datasets.startImport'>;

/** The dialog with a request as it was. */
export function startOf({ path, name = '', drop = [], ...choices }: Request): DraftStart {
  return { path, name, drop, choices };
}

type Job = JobOf<'datasetImport'>;

/** Imports of datasets. */
export class ImportJobs extends Jobs<'datasetImport'> {
  /** By job: what this window asked for. */
  #requests = new Map<string, Request>();

  constructor(app: AppState) {
    super(app, ['datasetImport']);
  }

  async start(request: Request): Promise<Failure | null> {
    const result = await this.app.bridge.call('datasets.startImport', request);
    if (result.ok) this.#requests.set(result.value.jobId, request);
    return this.follow(result);
  }

  /** What a job was asked for, where this window asked. */
  requestOf({ jobId, subject }: Job): Request {
    return this.#requests.get(jobId) ?? { path: subject.source };
  }

  async startSample(): Promise<void> {
    const refused = this.follow(await this.app.bridge.call('datasets.startSample', {}));
    if (refused !== null) this.app.toasts.fail(refused);
  }

  protected announce(job: Job): void {
    if (job.state === 'cancelled') this.app.toasts.say(m.data_import_cancelled());
    if (job.result !== null) void this.#show(job, job.result);
  }

  async #show({ jobId }: Job, { datasetId, notes }: NonNullable<Job['result']>): Promise<void> {
    await this.app.datasets.refresh();
    this.app.shownDatasetId = datasetId;
    const dataset = this.app.shownDataset;
    const name = dataset?.name ?? '';
    const wanted = this.#requests.get(jobId)?.name;
    // What was there already keeps its name; one that is taken cannot be given.
    const isTaken = this.app.datasets.value?.some((other) => other.name === wanted) ?? false;
    const action =
      dataset === undefined || wanted === undefined || isTaken
        ? undefined
        : {
            label: m.data_rename_to({ name: wanted }),
            run: () => void renameDataset(this.app, dataset, wanted),
          };
    this.app.toasts.say(notes ?? m.data_imported({ name }), { action });
  }
}
