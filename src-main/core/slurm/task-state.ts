import type { RunState } from '#contract/run.ts';
import type { Reason } from '../wording/reasons.ts';

/** How a task stands, as squeue or sacct told it. */
export type TaskState = Readonly<{
  /** One of Slurm's words: PENDING, RUNNING, TIMEOUT ... */
  state: string;
  /** Why it waits; null where that is not told. */
  reason: string | null;
  exitCode: number;
  signal: number;
}>;

/** What squeue is asked for with --Format. */
export const squeueFields = 'ArrayJobID:|,ArrayTaskID:|,State:|,Reason:|,exit_code:|';

/** As squeue, sacct and scancel name a task; without a job, what none of them knows. */
export const taskIdOf = ({
  jobId,
  task,
}: Readonly<{ jobId: string | null; task: number | string }>): string => `${jobId ?? ''}_${task}`;

/** "PENDING, Resources": Slurm's own words; empty where it has told none. */
export const toldText = ({
  state,
  reason,
}: Readonly<{ state: string | null; reason: string | null }>): string =>
  [state, reason].filter((part) => part !== null).join(', ');

/** Squeue's number of the task. */
const wholeArray = 'N/A';

/** Of one task; an array that was cancelled as a whole while it waited is told of as one, without the numbers of its tasks. */
export const taskStateIn = (
  told: ReadonlyMap<string, TaskState>,
  jobId: string | null,
  task: number,
): TaskState | null =>
  told.get(taskIdOf({ jobId, task })) ?? told.get(taskIdOf({ jobId, task: wholeArray })) ?? null;

/** By `JOB_TASK`. */
export function readSqueue(output: string): ReadonlyMap<string, TaskState> {
  return new Map(
    output.split('\n').flatMap((line): [string, TaskState][] => {
      const [job, task, state, reason = '', status = ''] = line.trim().split('|');
      if (job === undefined || task === undefined || state === undefined) return [];
      // As wait(2) has it.
      const code = Number(status) || 0;
      const ended = { exitCode: code >> 8, signal: code & 0x7f };
      return [[`${job}_${task}`, { state, reason: wordOf(reason), ...ended }]];
    }),
  );
}

/** What sacct is asked for with --format; `--parsable2 --noheader --allocations`. */
export const sacctFields = 'JobID,State,ExitCode';

export function readSacct(output: string): ReadonlyMap<string, TaskState> {
  return new Map(
    output.split('\n').flatMap((line): [string, TaskState][] => {
      const [id = '', words = '', status = ''] = line.trim().split('|');
      // "CANCELLED by 1000"
      const [state = ''] = words.split(' ');
      const [, array, task = ''] = /^(\d+)_(\d+|\[.*\])$/.exec(id) ?? [];
      if (array === undefined || state === '') return [];
      const [exitCode = 0, signal = 0] = status.split(':').map((part) => Number(part) || 0);
      // What never began is told of as one: "7_[3-9]".
      const key = `${array}_${task.startsWith('[') ? wholeArray : task}`;
      return [[key, { state, reason: null, exitCode, signal }]];
    }),
  );
}

const wordOf = (reason: string): string | null =>
  reason === '' || reason === 'None' ? null : reason;

const waiting = [
  'PENDING',
  'REQUEUED',
  'REQUEUE_HOLD',
  'REQUEUE_FED',
  'RESV_DEL_HOLD',
  'SPECIAL_EXIT',
];
const running = [
  'RUNNING',
  'CONFIGURING',
  'COMPLETING',
  'RESIZING',
  'SIGNALING',
  'STAGE_OUT',
  'STOPPED',
  'SUSPENDED',
];

/** The state of a run whose task is not over; null once it is. */
export function stateUnderway({ state }: TaskState): 'queued' | 'running' | null {
  if (waiting.includes(state)) return 'queued';
  return running.includes(state) ? 'running' : null;
}

/** What a task itself has said last. */
export type LastWord = Readonly<{
  phase: string;
  reason: string | null;
  epoch: number;
  step: number;
}>;

/** How a run ended whose task is over and has left no bundle. `told`: null where Slurm does not know the task any more. */
export function endingOf(
  told: TaskState | null,
  last: LastWord | null,
  files: Readonly<{ log: string; bundle: string }>,
): Readonly<{ state: Extract<RunState, 'failed' | 'interrupted'>; reason: Reason }> {
  if (last?.phase === 'failed' && last.reason !== null)
    return { state: 'failed', reason: { kind: 'text', text: last.reason } };
  const bundleGone = interrupted({ kind: 'slurmBundleGone', file: files.bundle });
  if (last?.phase === 'ended') return bundleGone;
  if (told === null) {
    return interrupted(
      last === null
        ? { kind: 'slurmSilent' }
        : { kind: 'slurmUnknown', epoch: last.epoch, step: last.step },
    );
  }
  const { state, exitCode, signal } = told;
  switch (state) {
    case 'TIMEOUT':
    case 'DEADLINE':
      return { state: 'failed', reason: { kind: 'slurmTimeLimit' } };
    case 'OUT_OF_MEMORY':
      return { state: 'failed', reason: { kind: 'slurmOutOfMemory' } };
    case 'NODE_FAIL':
    case 'BOOT_FAIL':
      return interrupted({ kind: 'slurmNodeLost' });
    case 'PREEMPTED':
      return interrupted({ kind: 'slurmPreempted' });
    case 'CANCELLED':
      return interrupted({ kind: 'slurmCancelled' });
    case 'COMPLETED':
      return bundleGone;
    default:
      if (signal > 0) return interrupted({ kind: 'slurmKilled', signal });
      return {
        state: 'failed',
        reason: { kind: 'slurmExit', state, code: exitCode, log: files.log },
      };
  }
}

const interrupted = (reason: Reason) => ({ state: 'interrupted', reason }) as const;
