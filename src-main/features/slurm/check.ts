import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { AppError } from '#contract/failure.ts';
import { systemInfoSchema } from '#contract/settings.ts';
import type { ClusterCheck, SlurmOptions } from '#contract/slurm.ts';
import { sayReason } from '#core/wording/reasons.ts';
import { checkScript } from '#core/slurm/batch-script.ts';
import { endingOf, stateUnderway, toldText, type TaskState } from '#core/slurm/task-state.ts';
import * as m from '#messages';

import { makeFolder } from '../../db/make-folder.ts';
import { newId } from '../runs/start/ids.ts';
import type { SlurmProgram } from '../services.ts';
import { writeFileWhole } from '../files/write-file.ts';
import type { SlurmCommands } from './commands.ts';
import { places, sharedUnusable } from './job-folder.ts';
import { commandOf } from './program.ts';

const lookEveryMs = 1000;

/** One job of one task that says what a node is: whether Twofold starts there, with which backend. Nothing of it stays. */
export async function checkCluster(
  parts: Readonly<{ home: string; slurm: SlurmCommands; program: SlurmProgram }>,
  options: SlurmOptions,
  watching: Readonly<{ signal: AbortSignal; onState: (state: string) => void }>,
): Promise<ClusterCheck> {
  const { home, slurm, program } = parts;
  await slurm.assertHere();
  const name = `twofold-check-${newId()}`;
  const shared = path.resolve(options.shared ?? path.join(home, 'slurm'));
  const folder = path.join(shared, name);
  const report = path.join(folder, 'report.json');
  try {
    const job = { name, folder, options, program: commandOf(program) };
    writeScript(folder, checkScript(job, report));
    const jobId = await slurm.submit(folder, '1');
    const told = await untilOver(slurm, jobId, watching);
    return { jobId, cores: options.cpus, report: readReport(folder, report, told) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeScript(folder: string, text: string): void {
  try {
    makeFolder(path.dirname(places.log(folder, 1)));
    writeFileWhole(places.script(folder), [Buffer.from(text)], false);
  } catch (error) {
    throw sharedUnusable(error, folder);
  }
}

async function untilOver(
  slurm: SlurmCommands,
  jobId: string,
  { signal, onState }: Readonly<{ signal: AbortSignal; onState: (state: string) => void }>,
): Promise<TaskState | null> {
  for (;;) {
    const told = (await slurm.states([`${jobId}_1`])).get(`${jobId}_1`) ?? null;
    if (told === null || stateUnderway(told) === null) return told;
    onState(toldText(told));
    if (signal.aborted) {
      await slurm.cancel([jobId]);
      throw signal.reason;
    }
    await pause(lookEveryMs);
  }
}

function readReport(folder: string, file: string, told: TaskState | null): ClusterCheck['report'] {
  try {
    return systemInfoSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    const log = places.log(folder, 1);
    const reason =
      lastLineOf(log) ??
      sayReason(endingOf(told, null, { log, bundle: file }).reason).replace(/\.$/, '');
    throw new AppError('unavailable', m.slurm_check_failed({ reason }));
  }
}

function lastLineOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').at(-1)?.replace(/\.$/, '') || null;
  } catch {
    return null;
  }
}
