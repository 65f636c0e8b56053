import { secondsOfSlurmTime } from '#contract/slurm-time.ts';
import type { SlurmOptions } from '#contract/slurm.ts';
import * as m from '#messages';

/** The script that sbatch is given: what it asks for stands in its head, what it does is one line. */
export function batchScript(
  job: Readonly<{
    name: string;
    folder: string;
    options: SlurmOptions;
    program: readonly string[];
  }>,
): string {
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
  const line = [...job.program, 'task', job.folder].map(quoted).join(' ');
  return [
    '#!/bin/bash',
    ...m
      .slurm_script_about()
      .split('\n')
      .map((text) => `# ${text}`),
    ...wishes.map((wish) => `#SBATCH ${wish}`),
    '',
    `exec ${line} "$SLURM_ARRAY_TASK_ID"`,
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

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
