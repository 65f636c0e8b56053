import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { sayReason } from '#core/wording/reasons.ts';
import * as m from '#messages';

/** Faults that a node test injects beside the feature: the same test is run here. */
export type TestedFault = Readonly<{ name: string; file: string; test: string; sees: string }>;

export const testedFaults: readonly TestedFault[] = [
  {
    name: 'kill -9 of the training process when an epoch is told and its checkpoint is not in its place',
    file: 'src-main/features/runs/train/resume.test.ts',
    test: 'a told epoch outlives kills before its checkpoint took its place, and the run ends as an unbroken one',
    sees: `${m.trainer_killed()} ${m.runs_resume_from({ epoch: 2 })}`,
  },
  {
    name: 'kill -9 of the training process when new best weights are written and not told',
    file: 'src-main/features/runs/train/resume.test.ts',
    test: 'best weights of an epoch that was not told are not taken for those of the one before',
    sees: `${m.trainer_killed()} ${m.runs_resume_from({ epoch: 1 })}`,
  },
  {
    name: 'a damaged checkpoint',
    file: 'src-main/trainer/entry.test.ts',
    test: 'goes on without damaged best weights, and says what to do about a damaged checkpoint',
    sees: m.storage_checkpoint_damaged({ file: 'last.ckpt' }),
  },
  {
    name: 'the disk is full while a report or a bundle is exported',
    file: 'src-main/cli/export-places.test.ts',
    test: 'that is full keeps what was there, and nothing of what did not fit',
    sees: m.storage_disk_full(),
  },
  {
    name: 'an export to a disk that may only be read',
    file: 'src-main/cli/export-places.test.ts',
    test: 'that may only be read is named',
    sees: m.storage_no_right({ error: 'EROFS …' }),
  },
  {
    name: 'the disk is full, or may only be read, while a backup is made',
    file: 'src-main/cli/backups.test.ts',
    test: 'on a full disk or one that may only be read makes none, and says so',
    sees: m.backups_not_made({ reason: m.storage_disk_full() }),
  },
  {
    name: 'a full main database (no page more)',
    file: 'src-main/features/runs/faults.test.ts',
    test: 'a full main database: what is there can be read, a start says what is wrong',
    sees: m.storage_disk_full(),
  },
  {
    name: 'a restore that is killed half way',
    file: 'src-main/features/backups/backups.test.ts',
    test: 'that was killed half way is finished by the next one to come',
    sees: 'Nothing: the next start finishes it, or nothing was done.',
  },
  {
    name: 'a restore while another process has the home open',
    file: 'src-main/features/backups/backups.test.ts',
    test: 'is refused while another process has the home open',
    sees: m.backups_others_open({ pid: 'N' }),
  },
  ...[
    { name: 'a truncated archive', sees: m.datasets_zip_cut_off({ archive: '…' }) },
    { name: 'a zip bomb', sees: m.datasets_zip_bomb({ archive: '…' }) },
    {
      name: 'an archive whose entries point outside',
      sees: m.datasets_entry_outside({ source: '…', name: '../…' }),
    },
  ].map((fault) => ({
    ...fault,
    file: 'src-main/features/datasets/hostile.test.ts',
    test: 'each bad file is refused with one sentence, and leaves nothing behind',
  })),
  {
    name: 'a bundle that is cut off anywhere',
    file: 'src-main/features/bundles/hostile.test.ts',
    test: 'what is cut off is refused, wherever',
    sees: m.bundles_cut_off({ source: '…' }),
  },
  {
    name: 'path traversal, links and doubles in a tar',
    file: 'src-main/features/bundles/hostile.test.ts',
    test: 'entries that are not those of the list are refused: paths, links, doubles, other sizes',
    sees: m.bundles_other_entry({ source: '…', entry: '../…' }),
  },
  {
    name: 'a diverged run waits for the queue again and is taken out of it',
    file: 'src-main/features/runs/start/queue.test.ts',
    test: 'a diverged run that waits and is taken out again has ended as before, with its weights',
    sees: 'Nothing: the run has ended as it had before.',
  },
  {
    name: 'the claim of a restore that a full disk or a kill left empty',
    file: 'src-main/features/backups/backups.test.ts',
    test: 'takes half a claim, which an older version left on a full disk, for none',
    sees: 'Nothing: the next restore goes on.',
  },
  {
    name: 'a run is restored while another process empties the trash',
    file: 'src-main/features/maintenance.test.ts',
    test: 'what is restored while the trash is emptied stays, with its files',
    sees: 'Nothing: the run stays.',
  },
  {
    name: 'an export with --force onto a file of the data folder',
    file: 'src-main/features/files/in-place.test.ts',
    test: 'what a data folder keeps is never written over: datasets reviews.bin',
    sees: m.storage_owned({ file: '…', home: '…' }),
  },
  {
    name: 'a backup of a clock that ran ahead',
    file: 'src-main/features/backups/backups.test.ts',
    test: 'is offered the backup made last, not one of a clock that ran ahead',
    sees: 'The backup that was made last is recommended.',
  },
  {
    name: 'SIGTERM to the whole process group of a training, as `timeout` sends it',
    file: 'src-main/cli/signals.test.ts',
    test: 'sent as `timeout` sends it, to the process and then to its group, gives a run of the queue its place back',
    sees: 'The run is paused at a checkpoint.',
  },
  {
    name: 'the disk is full while output is printed into a file',
    file: 'src-main/cli/export-places.test.ts',
    test: 'that is full cuts what is printed onto it: exit 1, and a sentence',
    sees: m.cli_output_cut({ reason: m.storage_disk_full() }),
  },
  {
    name: 'damaged embedding tables or predictions in a bundle that is exported',
    file: 'src-main/features/bundles/damaged.test.ts',
    test: 'a damaged embedding table or prediction is left out, and its runs are named',
    sees: 'The bundle is written without them, and the runs that lack something are named.',
  },
  {
    name: 'a run of another engine is resumed',
    file: 'src-main/features/runs/train/engine.test.ts',
    test: 'a run of another engine is not resumed, and verify says of which it is',
    sees: m.runs_other_engine({ name: '…', trained: 'N', here: 'M' }),
  },
  {
    name: 'stored reviews that were altered',
    file: 'src-main/features/datasets/altered.test.ts',
    test: 'an import of the original data makes it whole again',
    sees: m.datasets_altered({ contentHash: '…' }),
  },
  {
    name: 'a PDF export is cancelled while its browser does not end',
    file: 'src-main/features/reports/chromium.test.ts',
    test: 'cancelled, a browser that does not end is killed with all that it has started',
    sees: m.reports_cancelled(),
  },
  {
    name: 'a newer Twofold opens a data folder that an older one has open',
    file: 'src-main/db/upgrade.test.ts',
    test: 'a home that a running older program has open is left as it is, and its process is named',
    sees: m.storage_older_open({ pid: 'N' }),
  },
  {
    name: 'a training process that hangs',
    file: 'src-main/features/runs/faults.test.ts',
    test: 'a silent child is reported, and a stop ends it',
    sees: `${m.runs_log_silent({ seconds: 'N' })} ${sayReason({ kind: 'forced', request: 'stop', lastEpoch: 1 })}`,
  },
];

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

export type Tested = Readonly<{ fault: TestedFault; isGood: boolean; why: string }>;

const root = path.resolve(import.meta.dirname, '../..');

/** All of them in one run of the test runner. */
export async function runTested(faults: readonly TestedFault[]): Promise<Tested[]> {
  if (faults.length === 0) return [];
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-faults-'));
  const report = path.join(folder, 'report.json');
  const files = [...new Set(faults.map(({ file }) => file))];
  const names = faults.map(({ test }) => test.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const runner = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    'run',
    '--project',
    'node',
    '--reporter=json',
    `--outputFile=${report}`,
    '-t',
    names.join('|'),
    ...files,
  ];
  const child = spawn(process.execPath, [runner, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await new Promise((resolve) => child.once('close', resolve));
  try {
    const { testResults } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
    const all = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map((one) => ({ ...one, file: path.relative(root, name) })),
    );
    return faults.map((fault) => {
      const found = all.find(
        ({ title, file }) => title === fault.test && file === path.normalize(fault.file),
      );
      const why =
        found?.failureMessages?.[0]?.split('\n')[0] ?? found?.status ?? 'the test was not found';
      return { fault, isGood: found?.status === 'passed', why };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
