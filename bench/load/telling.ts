import { fork } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FromChildBody } from '#contract/trainer.ts';

import { createReporter, type Reporter } from '../../src-main/trainer/reporter.ts';
import { openChannel } from '../../src-main/processes/child/channel.ts';

/** What telling of a step takes of the training loop's time, ms on average, for steps of some lengths. */
export type Telling = Readonly<{ stepMs: number; tellMs: number }>;

const lengths = [1, 5, 50];
const secondsEach = 3;

/** In a child of its own, as training is: what is told goes over the same wire. */
export function measureTelling(): Promise<readonly Telling[]> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, {
      serialization: 'advanced',
      env: { ...process.env, [childVariable]: '1' },
      execArgv: [],
    });
    child.on('message', (message) => {
      if (typeof message === 'object' && 'tellings' in message) {
        resolve((message as { tellings: readonly Telling[] }).tellings);
        child.kill();
      }
    });
    child.once('exit', (code) => {
      reject(new Error(`The process that tells ended with ${code ?? 'a signal'}.`));
    });
  });
}

const childVariable = 'TWOFOLD_LOAD_TELLING';
if (process.env[childVariable] !== undefined) await tell();

async function tell(): Promise<void> {
  const channel = openChannel<object, FromChildBody | { tellings: readonly Telling[] }>();
  const tellings: Telling[] = [];
  for (const stepMs of lengths) {
    const report = createReporter((body) => void channel.send(body));
    // Messages to the run are let in after each step in any case.
    const silentMs = await afterSteps(stepMs, () => undefined);
    const toldMs = await afterSteps(stepMs, (step, steps) => {
      tellStep(report, step, steps);
    });
    report.flush();
    tellings.push({ stepMs, tellMs: toldMs - silentMs });
  }
  await channel.send({ tellings });
}

/** What comes behind a step, ms on average; the step is work that only takes time. */
async function afterSteps(
  stepMs: number,
  tell: (step: number, steps: number) => void,
): Promise<number> {
  const steps = Math.ceil((secondsEach * 1000) / stepMs);
  let spentMs = 0;
  for (let step = 1; step <= steps; step += 1) {
    const endMs = performance.now() + stepMs;
    while (performance.now() < endMs);
    // The processor's own clock counts in steps of some milliseconds: too coarse for this.
    const before = performance.now();
    tell(step, steps);
    await nextTurn();
    spentMs += performance.now() - before;
  }
  return spentMs / steps;
}

/** The loop's own calls for each step. */
function tellStep(report: Reporter, step: number, steps: number): void {
  report.step({
    epoch: 1,
    step,
    seconds: performance.now() / 1000,
    count: 32,
    result: { loss: 0.5, correct: 16, gradientNorm: 1, brokenLayer: null },
    samplesPerSecond: 1000,
  });
  report.progress({
    epoch: 1,
    step,
    stepsPerEpoch: steps,
    loss: 0.5,
    samplesPerSecond: 1000,
    secondsLeft: 10,
    phase: 'training',
  });
  report.alive();
}
