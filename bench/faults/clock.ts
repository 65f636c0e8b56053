import assert from 'node:assert/strict';
import path from 'node:path';

import { openApp, type AppOptions } from '../../src-main/features/app.ts';
import { assertSound, showRun, type Fault, type Place } from './scenario.ts';

const trainerEntry = path.resolve(import.meta.dirname, '../../src-main/trainer/entry.ts');
const yearMs = 365 * 24 * 60 * 60 * 1000;

/** Trains one run by a clock that jumps at every epoch. */
async function trainBy(
  place: Place,
  jumpsMs: readonly number[],
): Promise<{ states: string; checks: string[] }> {
  const checks: string[] = [];
  let jumpMs = 0;
  const now: AppOptions['now'] = () => new Date(Date.now() + jumpMs);
  const app = openApp({ home: place.home, trainerEntry, queue: 'process', now });
  const config = {
    variant: 'A',
    maxLength: 12,
    numWords: 300,
    embeddingDim: 4,
    hiddenUnits: 4,
    filters: 6,
    batchSize: 4,
    limit: 240,
    epochs: 4,
    patience: 'none',
  } as const;
  const [run] = app.services.runs.start({
    datasetId: place.datasetId,
    configs: [config],
    name: 'jumped',
  });
  const ended = await app.services.runs.follow(run?.runId ?? '', (line) => {
    if (line.event === 'epoch') jumpMs = jumpsMs[line.epoch - 1] ?? 0;
  });
  assert.deepEqual([ended.state, ended.weightsHash], ['finished', place.weightsHash]);
  const { trainedSeconds, epochs } = app.services.runs.get({ runId: ended.runId });
  assert.ok(trainedSeconds > 0 && trainedSeconds < 3600, 'durations do not follow the clock');
  assert.ok(epochs.every((epoch) => epoch.trainSeconds >= 0));
  // The daily sweep, by a clock that is years ahead, takes nothing that a run refers to.
  await app.close();
  jumpMs = jumpsMs.at(-1) ?? 0;
  const later = openApp({ home: place.home, trainerEntry, queue: 'process', now });
  assert.equal((await later.services.runs.predictions(ended.runId)).length, 240);
  assert.equal(later.services.embeddings.list({ runId: ended.runId }).length > 0, true);
  await later.close();
  checks.push('same weightsHash', 'durations not negative', 'predictions and tables there');
  await assertSound(place, checks);
  const shown = await showRun(place, 'jumped');
  return { states: `The run is ${shown.state}, as without a jump.`, checks };
}

const jumps = (name: string, ms: readonly number[]): Fault => ({
  name,
  async inject(place) {
    const { states, checks } = await trainBy(place, ms);
    return { sees: states, checks };
  },
});

export const clockFaults: readonly Fault[] = [
  jumps('the clock jumps a year ahead while a run trains (injected)', [
    yearMs,
    yearMs,
    yearMs,
    yearMs,
  ]),
  jumps('the clock jumps a year back while a run trains (injected)', [
    -yearMs,
    0,
    -yearMs,
    -yearMs,
  ]),
];
