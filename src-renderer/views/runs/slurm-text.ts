import type { RunSummary } from '#contract/run.ts';

import * as m from '../../messages/compiled/messages.js';

/** A cluster has it; no process here trains it. */
export const isOnSlurm = (run: RunSummary): boolean => run.slurm?.isUnderway === true;

/** Was sent to Slurm, and did not come to its end there. */
export const canRetryOnSlurm = (run: RunSummary): boolean =>
  run.slurm !== undefined && (run.state === 'failed' || run.state === 'interrupted');

/** "Slurm, job 12_3: PENDING, Resources": Slurm's own words, as its commands use them. Null where it does not have the run. */
export function slurmText(run: RunSummary): string | null {
  if (run.slurm === undefined || !isOnSlurm(run)) return null;
  const { jobId, task, state, reason } = run.slurm;
  const job = `${jobId ?? ''}_${task}`;
  const told = [state, reason].filter((part) => part !== null).join(', ');
  return told === '' ? m.slurm_task_silent({ job }) : m.slurm_task({ job, told });
}
