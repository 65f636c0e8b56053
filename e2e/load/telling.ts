import { fork } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FromChildBody } from '#contract/trainer.ts';

import { createReporter } from '../../src-main/trainer/child/reporter.ts';
import { openChannel } from '../../src-main/trainer/parent/channel.ts';

/** What telling of a step takes of the training loop's processor time, ms on average, for steps of some lengths. */
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
  for (const stepMs of lengths)
    tellings.push(await tellSteps(stepMs, (body) => void channel.send(body)));
  await channel.send({ tellings });
}

/** The loop's own calls for each step, around work that only takes time. */
async function tellSteps(stepMs: number, send: (body: FromChildBody) => void): Promise<Telling> {
  const report = createReporter(send);
  const steps = Math.ceil((secondsEach * 1000) / stepMs);
  let toldMs = 0;
  for (let step = 1; step <= steps; step += 1) {
    const endMs = performance.now() + stepMs;
    while (performance.now() < endMs);
    const before = process.threadCpuUsage();
    report.step({
      epoch: 1,
      step,
      seconds: endMs / 1000,
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
    await nextTurn();
    const { user, system } = process.threadCpuUsage(before);
    toldMs += (user + system) / 1000;
  }
  report.flush();
  return { stepMs, tellMs: toldMs / steps };
}
