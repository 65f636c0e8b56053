import type { Failure } from '#contract/failure.ts';
import type { CallInput } from '#contract/index.ts';
import type { JobOf } from '#contract/jobs.ts';
import { bytes } from '#core/wording/number-text.ts';
import * as m from '#messages';

import type { AppState } from '../../state/app.svelte.ts';
import { Jobs } from '../../state/jobs.svelte.ts';

/** Exports of datasets. */
export class ExportJobs extends Jobs<'datasetExport'> {
  /** Of the dataset, by job. */
  #names = new Map<string, string>();

  constructor(app: AppState) {
    super(app, ['datasetExport']);
  }

  async start(name: string, request: CallInput<'datasets.startExport'>): Promise<Failure | null> {
    const result = await this.app.bridge.call('datasets.startExport', request);
    if (result.ok) this.#names.set(result.value.jobId, name);
    return this.follow(result);
  }

  protected announce({ jobId, state, result }: JobOf<'datasetExport'>): void {
    if (state === 'cancelled') this.app.toasts.say(m.data_export_cancelled());
    if (result === null) return;
    const { path, bytes: size } = result;
    const name = this.#names.get(jobId) ?? '';
    this.app.toasts.say(m.data_exported({ name, path, size: bytes(size) }), {
      action: { label: m.data_copy_path(), run: () => void navigator.clipboard.writeText(path) },
    });
  }
}
