import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { slurmOptionsSchema, type SlurmOptions } from '#contract/slurm.ts';
import * as m from '#messages';

import { choiceOption } from './arguments.ts';
import type { Arguments, OptionSpec } from './command.ts';

const fields = {
  partition: 'partition',
  time: 'time',
  cpus: 'cpus',
  memory: 'memory',
  'array-limit': 'arrayLimit',
  shared: 'shared',
  'checkpoint-seconds': 'checkpointSeconds',
} as const;
const wholeNumbers: readonly string[] = ['cpus', 'array-limit', 'checkpoint-seconds'];

export const slurmOptions: Readonly<Record<keyof typeof fields | 'on', OptionSpec>> = {
  on: { value: 'slurm', text: m.cli_sweep_on },
  partition: { value: 'P', text: m.cli_sweep_partition },
  time: { value: 'T', text: m.cli_sweep_time },
  cpus: { value: 'N', text: m.cli_sweep_cpus },
  memory: { value: 'M', text: m.cli_sweep_memory },
  'array-limit': { value: 'K', text: m.cli_sweep_array_limit },
  shared: { value: 'DIR', text: m.cli_sweep_shared },
  'checkpoint-seconds': { value: 'S', text: m.cli_sweep_checkpoint_seconds },
};

/** Null where the runs stay on this machine. */
export function readSlurmOptions(args: Arguments, folder: string): SlurmOptions | null {
  const isOn = choiceOption(args, 'on', ['slurm']) !== undefined;
  const given: Record<string, string | number> = {};
  for (const [flag, field] of Object.entries(fields)) {
    const text = args.values[flag];
    if (text === undefined) continue;
    if (!isOn)
      throw new AppError('invalid', m.cli_sweep_only_slurm({ name: flag }), { field: flag });
    given[field] = wholeNumbers.includes(flag) ? numberOf(text) : text;
  }
  if (!isOn) return null;
  const parsed = slurmOptionsSchema.safeParse(given);
  if (parsed.success) {
    const { shared } = parsed.data;
    return shared === undefined
      ? parsed.data
      : { ...parsed.data, shared: path.resolve(folder, shared) };
  }
  const [issue] = parsed.error.issues;
  const flag = Object.entries(fields).find(([, field]) => field === issue?.path[0])?.[0] ?? 'on';
  throw new AppError('invalid', m.cli_option_wrong({ name: flag, why: issue?.message ?? '' }), {
    field: flag,
  });
}

const numberOf = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);
