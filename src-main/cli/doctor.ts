import type { SystemInfo } from '#contract/settings.ts';
import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { readSlurmOptions, slurmOptions } from './slurm-options.ts';
import { bytes, pairs } from './text.ts';
import { whileRunning } from './while-running.ts';

const { partition, time, cpus, memory, shared } = slurmOptions;

export const doctor: Command = {
  name: 'doctor',
  ...noOperands,
  summary: m.cli_doctor,
  options: {
    on: { value: 'slurm', text: m.cli_doctor_on },
    ...{ partition, time, cpus, memory, shared },
  },
  async run(args, { app, out, folder }) {
    const onSlurm = readSlurmOptions(args, folder);
    const { system, slurm } = app().services;
    const info = await system.info();
    for (const line of factLines(info)) out.line(line);
    if (info.backendReason !== null) out.note(info.backendReason);
    if (onSlurm === null) {
      out.json(info);
      return;
    }
    const checked = await whileRunning(m.cli_doctor_cancelled, (signal) =>
      slurm.check(onSlurm, {
        signal,
        onState: (state) => {
          out.status(m.cli_doctor_waits({ state }));
        },
      }),
    );
    out.json({ ...info, slurm: checked });
    out.line();
    out.line(m.cli_doctor_node({ jobId: checked.jobId }));
    for (const line of factLines({ ...checked.report, threads: checked.cores })) out.line(line);
    const { backend, backendReason } = checked.report;
    if (backend === 'wasm') out.note(m.slurm_check_wasm({ reason: backendReason ?? '' }));
  },
};

const factLines = (info: SystemInfo): string[] =>
  pairs([
    [m.cli_column_backend(), info.backend],
    [m.cli_column_tensorflow(), info.tensorflow ?? m.cli_none()],
    [m.cli_column_tfjs(), info.tfjs],
    [m.cli_column_node(), info.node],
    [m.cli_column_sqlite(), info.sqlite],
    [m.cli_column_twofold(), info.twofold],
    [m.cli_column_threads(), String(info.threads)],
    [
      m.cli_column_memory(),
      m.cli_fact_memory({ total: bytes(info.memoryBytes), free: bytes(info.memoryFreeBytes) }),
    ],
    [m.cli_column_disk(), m.cli_fact_free({ free: bytes(info.diskFreeBytes) })],
    [m.cli_column_data_folder(), info.home],
  ]);
