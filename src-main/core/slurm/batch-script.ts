import { secondsOfSlurmTime } from '#contract/slurm-time.ts';
import type { SlurmOptions } from '#contract/slurm.ts';
import * as m from '#messages';

export type ScriptJob = Readonly<{
  name: string;
  folder: string;
  options: SlurmOptions;
  /** A Node and the command line's entry file. */
  program: readonly string[];
}>;

/** The script of a job array that trains: what it asks for stands in its head, what it does is one line. */
export function trainScript(job: ScriptJob): string {
  // Slurm's signals reach the program itself.
  const line = `exec ${words([...job.program, 'task', job.folder])} "$SLURM_ARRAY_TASK_ID"`;
  return script(m.slurm_script_about(), job, [line]);
}

/** The script of a job that says what a node is, in the file that is named. */
export function checkScript(job: ScriptJob, report: string): string {
  return script(m.slurm_script_checks(), job, [
    'TWOFOLD_HOME="$(mktemp -d)" || exit 1',
    'export TWOFOLD_HOME',
    `${words([...job.program, 'doctor', '--json'])} > ${words([`${report}.tmp`])}`,
    'code=$?',
    'rm -rf "$TWOFOLD_HOME"',
    `[ "$code" = 0 ] && mv ${words([`${report}.tmp`, report])}`,
  ]);
}

function script(about: string, job: ScriptJob, lines: readonly string[]): string {
  const { partition, time, cpus, memory } = job.options;
  const wishes = [
    `--job-name=${job.name}`,
    '--output=logs/%a.log',
    '--open-mode=append',
    '--requeue',
    `--signal=B:TERM@${warningSeconds(time)}`,
    '--ntasks=1',
    `--cpus-per-task=${cpus}`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(memory === undefined ? [] : [`--mem=${memory}`]),
  ];
  return [
    '#!/bin/bash',
    ...about.split('\n').map((text) => `# ${text}`),
    ...wishes.map((wish) => `#SBATCH ${wish}`),
    '',
    ...lines,
    '',
  ].join('\n');
}

/** Which of the tasks, and how many at once, as `--array` takes it. */
export function arrayOf(tasks: readonly number[], limit: number | undefined): string {
  const ranges: [number, number][] = [];
  for (const task of [...tasks].sort((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open !== undefined && task === open[1] + 1) open[1] = task;
    else ranges.push([task, task]);
  }
  const list = ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
  return limit === undefined ? list : `${list}%${limit}`;
}

/** So long before the time limit a task is told: a quarter of a short one. */
const warningSeconds = (time: string | undefined): number =>
  Math.min(120, Math.ceil((secondsOfSlurmTime(time ?? '') ?? 480) / 4));

const words = (texts: readonly string[]): string =>
  texts.map((text) => `'${text.replaceAll("'", String.raw`'\''`)}'`).join(' ');
