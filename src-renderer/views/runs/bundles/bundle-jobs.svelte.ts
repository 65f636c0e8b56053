import type { Failure } from '#contract/failure.ts';
import type { CallInput } from '#contract/index.ts';
import type { JobOf } from '#contract/jobs.ts';
import { bytes } from '#core/wording/number-text.ts';
import * as m from '#messages';

import type { AppState } from '../../../state/app.svelte.ts';
import { Jobs } from '../../../state/jobs.svelte.ts';

export type BundleJob = JobOf<'bundleExport' | 'bundleImport'>;

/** Bundles that are written or read. */
export class BundleJobs extends Jobs<BundleJob['kind']> {
  constructor(app: AppState) {
    super(app, ['bundleExport', 'bundleImport']);
  }

  async export(request: CallInput<'bundles.startExport'>): Promise<Failure | null> {
    return this.follow(await this.app.bridge.call('bundles.startExport', request));
  }

  async import(path: string): Promise<Failure | null> {
    return this.follow(await this.app.bridge.call('bundles.startImport', { path }));
  }

  /** Runs that an import brought. */
  show(runIds: readonly string[]): void {
    this.app.router.go('runs', { focus: runIds[0] ?? '', runs: runIds.join(',') });
  }

  protected announce(job: BundleJob): void {
    if (job.state === 'cancelled') this.app.toasts.say(m.bundles_cancelled());
    if (job.result === null || this.hasMoreToSay(job)) return;
    if (job.kind === 'bundleExport') {
      const { path, bytes: size } = job.result;
      this.app.toasts.say(m.bundles_exported({ path, size: bytes(size) }), {
        action: { label: m.data_copy_path(), run: () => void navigator.clipboard.writeText(path) },
      });
      return;
    }
    const { runs } = job.result;
    const show = (): void => {
      this.show(runs);
    };
    this.app.toasts.say(m.bundles_imported({ count: runs.length }), {
      action: { label: m.common_to_the_runs(), run: show },
    });
  }

  /** Why it failed, what was left as it was, what is missing. */
  protected override hasMoreToSay(job: BundleJob): boolean {
    if (job.result === null) return job.state === 'failed';
    if (job.kind === 'bundleExport') return job.result.lacking.length > 0;
    const { isSealed, lacking, skipped, missing, updated } = job.result;
    return !isSealed || lacking.length + skipped.length + missing.length + updated.length > 0;
  }
}
