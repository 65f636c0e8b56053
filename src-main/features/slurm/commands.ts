import { execFile } from 'node:child_process';

import { AppError } from '#contract/failure.ts';
import type { Partition } from '#contract/slurm.ts';
import { readSinfo, sinfoFormat } from '#core/slurm/partitions.ts';
import {
  readSacct,
  readSqueue,
  sacctFields,
  squeueFields,
  type TaskState,
} from '#core/slurm/task-state.ts';
import * as m from '#messages';

/** Slurm's own commands, and nothing else of it. What they refuse is an AppError with their own words. */
export type SlurmCommands = Readonly<{
  /** Throws `unavailable` where Slurm is not here. */
  assertHere: () => Promise<void>;
  /** The id of the new job array. */
  submit: (folder: string, array: string) => Promise<string>;
  /** Of tasks, `JOB_TASK`; those that Slurm does not know any more are left out. */
  states: (tasks: readonly string[]) => Promise<ReadonlyMap<string, TaskState>>;
  /** The same of all jobs of that name. */
  named: (name: string) => Promise<ReadonlyMap<string, TaskState>>;
  /** `JOB_TASK`, or whole arrays; those that are over already are none of its business. */
  cancel: (tasks: readonly string[]) => Promise<void>;
  requeue: (task: string) => Promise<void>;
  partitions: () => Promise<readonly Partition[]>;
}>;

const limitSeconds = 60;

export function createSlurmCommands(): SlurmCommands {
  async function queue(args: readonly string[]): Promise<string> {
    const { code, output, errors } = await call('squeue', ['--noheader', '--states=all', ...args]);
    // One that it has forgotten is no error of ours.
    if (code !== 0 && !/Invalid job id/i.test(errors)) throw refused(errors);
    return output;
  }

  /** Where jobs are accounted for; elsewhere nothing. */
  async function accounted(jobIds: readonly string[]): Promise<ReadonlyMap<string, TaskState>> {
    const wanted = [`--jobs=${jobIds.join()}`, `--format=${sacctFields}`];
    try {
      const { code, output } = await call('sacct', [
        ...['--noheader', '--parsable2', '--allocations'],
        ...wanted,
      ]);
      return readSacct(code === 0 ? output : '');
    } catch {
      return new Map();
    }
  }

  return {
    async assertHere() {
      await call('sbatch', ['--version']);
    },
    async submit(folder, array) {
      const args = ['--parsable', `--chdir=${folder}`, `--array=${array}`, `${folder}/job.sh`];
      const { code, output, errors } = await call('sbatch', args);
      // "12" or "12;cluster"
      const jobId = /^\d+/.exec(output.trim())?.[0];
      if (code !== 0 || jobId === undefined) throw refused(errors);
      return jobId;
    },
    async states(tasks) {
      if (tasks.length === 0) return new Map();
      const asked = jobsOf(tasks).join();
      const known = readSqueue(
        await queue(['--array', `--Format=${squeueFields}`, `--jobs=${asked}`]),
      );
      // It forgets a task some minutes after its end, also while others of its job go on.
      const gone = jobsOf(tasks.filter((id) => !known.has(id)));
      return gone.length === 0 ? known : new Map([...(await accounted(gone)), ...known]);
    },
    async named(name) {
      return readSqueue(await queue(['--array', `--Format=${squeueFields}`, `--name=${name}`]));
    },
    async cancel(tasks) {
      if (tasks.length === 0) return;
      const { code, errors } = await call('scancel', [...tasks]);
      if (code !== 0 && !/Invalid job id/i.test(errors)) throw refused(errors);
    },
    async requeue(task) {
      const { code, errors } = await call('scontrol', ['requeue', task]);
      if (code !== 0) throw refused(errors);
    },
    async partitions() {
      const { code, output, errors } = await call('sinfo', [
        '--noheader',
        `--format=${sinfoFormat}`,
      ]);
      if (code !== 0) throw refused(errors);
      return readSinfo(output);
    },
  };
}

const jobsOf = (tasks: readonly string[]): string[] => [
  ...new Set(tasks.map((id) => id.replace(/_.*/, ''))),
];

type Answer = Readonly<{ code: number; output: string; errors: string }>;

function call(command: string, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...process.env, LC_ALL: 'C' },
      timeout: limitSeconds * 1000,
      maxBuffer: 64 * 1024 * 1024,
    };
    execFile(command, [...args], options, (error, output, errors) => {
      if (error === null) resolve({ code: 0, output, errors });
      else if (error.code === 'ENOENT')
        reject(new AppError('unavailable', m.slurm_no_command({ command })));
      else if (error.killed === true)
        reject(new AppError('unavailable', m.slurm_silent({ command, seconds: limitSeconds })));
      else resolve({ code: typeof error.code === 'number' ? error.code : 1, output, errors });
    });
  });
}

/** The last of what Slurm says is the reason: "sbatch: error: Batch job submission failed: Invalid partition name specified". */
function refused(errors: string): AppError {
  const line = errors.trim().split('\n').at(-1) ?? '';
  const why = line
    .replace(/^\w+: (?:error|fatal): /, '')
    .replace(/^Batch job submission failed: /, '')
    .replace(/\.$/, '');
  const isAway = /contact slurm controller|socket timed out|connection (refused|timed out)/i.test(
    why,
  );
  return new AppError('unavailable', isAway ? m.slurm_away({ why }) : m.slurm_refused({ why }));
}
