import type { RunSummary } from '#contract/run.ts';
import { taskIdOf, toldText } from '#core/slurm/task-state.ts';
import * as m from '#messages';

/** A cluster has it; no process here trains it. */
export const isOnSlurm = (run: RunSummary): boolean => run.slurm?.isUnderway === true;

/** Its process on this machine vanished; what a cluster has lost goes on by another way. */
export const isInterruptedHere = (run: RunSummary): boolean =>
  run.state === 'interrupted' && run.slurm === undefined;

/** Was sent to Slurm, and did not come to its end there. */
export const canRetryOnSlurm = (run: RunSummary): boolean =>
  run.slurm !== undefined && (run.state === 'failed' || run.state === 'interrupted');

/** "Slurm, job 12_3: PENDING, Resources": Slurm's own words, as its commands use them. Null where it does not have the run. */
export function slurmText(run: RunSummary): string | null {
  if (run.slurm === undefined || !isOnSlurm(run)) return null;
  const job = taskIdOf(run.slurm);
  const told = toldText(run.slurm);
  return told === '' ? m.slurm_task_silent({ job }) : m.slurm_task({ job, told });
}
