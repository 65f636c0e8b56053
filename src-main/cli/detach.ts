import { fork } from 'node:child_process';

import { AppError, failureSchema, toFailure } from '#contract/failure.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { RunLine } from '../features/services.ts';
import type { Context } from './command.ts';
import { startedLine } from './show/run-lines.ts';

type Started = Extract<RunLine, { event: 'started' }>;
type Report = Readonly<{ started: Started }> | Readonly<{ failure: unknown }>;

const mark = 'TWOFOLD_SUPERVISES';

/** In the environment of a process that is left without window or terminal. */
export const unattended = { [mark]: '1' } as const;
export const isUnattended = (): boolean => process.env[mark] === '1';

/**
 * Leaves a supervisor without window or terminal, which ends with its run, and prints its `started` line. `args` are those of the
 * command without `--detach`.
 */
export async function detach(args: readonly string[], { entry, out }: Context): Promise<void> {
  const child = fork(entry, [...args], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, ...unattended },
    execArgv: [],
  });
  const report = await new Promise<Report>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Report));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(
        new AppError(
          'internal',
          m.cli_supervisor_ended({ how: signal ?? code ?? m.cli_unknown() }),
        ),
      );
    });
  });
  if (child.connected) child.disconnect();
  child.unref();
  if ('failure' in report) {
    const failure = failureSchema.parse(report.failure);
    throw new AppError(failure.kind, failure.message);
  }
  out.json(report.started);
  out.line(startedLine(report.started));
  out.line(m.cli_detached({ pid: child.pid ?? m.cli_unknown(), runId: report.started.runId }));
}

/** What a supervisor tells the command that left it; silent in every other process. */
export function createReporter(): Readonly<{
  line: (line: RunLine) => void;
  failure: (error: unknown) => void;
}> {
  let isOpen = isUnattended() && process.send !== undefined;
  const report = (message: Report) => {
    if (!isOpen) return;
    isOpen = false;
    process.send?.(message, () => {
      if (process.connected) process.disconnect();
    });
  };
  return {
    line: (line) => {
      if (line.event === 'started') report({ started: line });
      if (line.event === 'ended')
        report({
          failure: toFailure(
            new AppError(
              'internal',
              line.reason ?? m.cli_ended_before_start({ state: stateWord(line.state) }),
            ),
          ),
        });
    },
    failure: (error) => report({ failure: toFailure(error) }),
  };
}
