import type { SystemInfo } from '#contract/settings.ts';
import * as m from '#messages';

import { listBackups } from '../../features/backups/place.ts';
import { memoryNow } from '../../features/system/memory.ts';
import { openWorkbench } from '../../features/workbench.ts';
import { isChecking } from '../../shell/dispatch.ts';
import { numberOption } from '../arguments.ts';
import type { Command, Noun } from '../command.ts';
import { readSlurmOptions, slurmOptions } from './sweeps.ts';
import { ago, bytes, pairs } from '../show/text.ts';
import { whileRunning } from '../while-running.ts';

const { partition, time, cpus, memory, shared } = slurmOptions;

const doctor: Command = {
  name: 'doctor',
  summary: m.cli_doctor,
  options: {
    on: { value: 'slurm', text: m.cli_doctor_on },
    ...{ partition, time, cpus, memory, shared },
  },
  async run(args, { app, home, out, folder }) {
    const onSlurm = readSlurmOptions(args, folder);
    const { system, slurm } = app().services;
    const now = new Date();
    const backups = backupsOf(home, now);
    const { limitBytes } = memoryNow();
    const info = { ...(await system.info()), backups, memoryLimitBytes: limitBytes };
    for (const line of factLines(info, backupsText(backups, now))) out.line(line);
    if (limitBytes !== null) out.note(m.cli_doctor_memory_limit({ limit: bytes(limitBytes) }));
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

type BackupFacts = Readonly<{
  good: number;
  newest: Readonly<{ backupId: string; createdAt: string; ageSeconds: number }> | null;
  /** Ids of those that are damaged. */
  damaged: readonly string[];
}>;

/** What a restore replaced is no backup, though it can be put back. */
function backupsOf(home: string, now: Date): BackupFacts {
  const backups = listBackups(home).filter(({ kind }) => kind === 'backup');
  const good = backups.filter(({ isDamaged }) => !isDamaged);
  const [newest] = good;
  return {
    good: good.length,
    newest:
      newest === undefined
        ? null
        : {
            backupId: newest.backupId,
            createdAt: newest.createdAt,
            ageSeconds: Math.round((now.getTime() - Date.parse(newest.createdAt)) / 1000),
          },
    damaged: backups.filter(({ isDamaged }) => isDamaged).map(({ backupId }) => backupId),
  };
}

function backupsText({ good, newest, damaged }: BackupFacts, now: Date): string {
  const text =
    newest === null
      ? m.cli_doctor_backups_none()
      : m.cli_doctor_backups({
          count: good,
          backupId: newest.backupId,
          age: ago(newest.createdAt, now),
        });
  return damaged.length === 0
    ? text
    : m.cli_doctor_backups_damaged({ text, damaged: damaged.join(', ') });
}

const factLines = (info: SystemInfo, backups?: string): string[] =>
  pairs([
    [m.cli_column_backend(), info.backend],
    [m.common_tensorflow(), info.tensorflow ?? m.cli_none()],
    [m.common_tensorflow_js(), info.tfjs],
    [m.common_node(), info.node],
    [m.cli_column_sqlite(), info.sqlite],
    [m.cli_column_twofold(), info.twofold],
    [m.cli_column_threads(), String(info.threads)],
    [
      m.cli_column_memory(),
      m.cli_fact_memory({ total: bytes(info.memoryBytes), free: bytes(info.memoryFreeBytes) }),
    ],
    [m.cli_column_disk(), m.new_run_before_free({ free: bytes(info.diskFreeBytes) })],
    [m.cli_column_data_folder(), info.home],
    ...(backups === undefined ? [] : [[m.cli_column_backups(), backups] as const]),
  ]);

const serveCommand: Command = {
  name: 'serve',
  summary: m.cli_serve,
  options: {
    port: { value: 'P', text: m.shell_usage_port },
    'no-open': { text: m.shell_usage_no_open },
  },
  async run(args, { home, places }) {
    // The server's libraries cost every other command its start.
    const { serve } = await import('../../shell/browser/serve.ts');
    await serve({
      home,
      port: numberOption(args, 'port', { min: 0, max: 65_535 }) ?? 0,
      isOpening: !args.switches.has('no-open'),
      rendererFolder: places.rendererFolder,
      isChecking,
      openWorkbench: () => openWorkbench({ home, ...places }),
    });
  },
};

export const machine: Noun = {
  title: m.common_this_machine,
  commands: [doctor, serveCommand],
};
