import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import Database from 'better-sqlite3';
import { z } from 'zod';

import { randomStream } from '#core/random.ts';

import type { Spawned } from '../../src-main/testing/test-cli.ts';
import {
  assertSound,
  childOf,
  endedOf,
  openPlace,
  showRun,
  tiny,
  toldEpochs,
  type Place,
  type ShownRun,
  type Template,
} from './scenario.ts';

export type KillFigures = {
  child: number;
  main: number;
  import: number;
  /** Kills that came when what they aimed at had ended already; not counted above. */
  tooLate: number;
  runs: number;
  /** Killed before their rows were written: nothing was acknowledged. */
  unwritten: number;
  identical: number;
  imports: number;
  toldEpochs: number;
  lost: string[];
};

/**
 * Kills training and import at random moments until so many kills have hit: two of five the training process, two of five the process
 * that supervises it, one of five an import. Every run is resumed to its end and compared with the unbroken one.
 */
export async function killAtRandom(
  template: Template,
  kills: number,
  seed: number,
  say: (text: string) => void,
): Promise<KillFigures> {
  const figures: KillFigures = {
    child: 0,
    main: 0,
    import: 0,
    tooLate: 0,
    runs: 0,
    unwritten: 0,
    identical: 0,
    imports: 0,
    toldEpochs: 0,
    lost: [],
  };
  const random = randomStream(seed, 'faults');
  const imports = Math.floor(kills / 5);
  const place = openPlace(template);
  try {
    const spans = await measure(place);
    say(
      `A start takes ${Math.round(spans.startMs)} ms, a training ${Math.round(spans.trainMs)} ms, an import ${Math.round(spans.importMs)} ms.`,
    );
    while (figures.child + figures.main < kills - imports) {
      await oneRun(place, figures, { most: kills - imports, spans, uniform: random.uniform });
      say(
        `${figures.child + figures.main + figures.import} of ${kills} kills, ${figures.runs} runs, ${figures.lost.length} losses`,
      );
    }
    await assertSound(place, []);
    while (figures.import < imports) {
      await oneImport(place, figures, { most: imports, spans, uniform: random.uniform });
      say(
        `${figures.child + figures.main + figures.import} of ${kills} kills, ${figures.imports} imports, ${figures.lost.length} losses`,
      );
    }
    await assertSound(place, []);
  } finally {
    place.remove();
  }
  return figures;
}

async function oneRun(
  place: Place,
  figures: KillFigures,
  { most, spans, uniform }: Dice,
): Promise<void> {
  figures.runs += 1;
  const name = `run ${figures.runs}`;
  let running = place.begin(
    'train',
    '--dataset',
    place.datasetId,
    '--name',
    name,
    ...tiny,
    '--json',
  );
  const told = new Set<number>();
  for (;;) {
    const isChild = uniform() < 0.5;
    const hit =
      figures.child + figures.main < most && (await killOne(running, isChild, uniform(), spans));
    const outcome = await running.outcome;
    for (const epoch of toldEpochs(outcome.stdout)) told.add(epoch);
    const isDone = outcome.code === 0;
    if (hit && !isDone) figures[isChild ? 'child' : 'main'] += 1;
    else if (figures.child + figures.main < most) figures.tooLate += 1;
    spans.trainMs *= isDone ? 0.85 : 1.03;
    spans.startMs *= isDone ? 0.95 : 1.01;
    const run = isDone ? await showRun(place, name) : storedRun(place.home, name);
    if (run === null) {
      figures.unwritten += 1;
      if (told.size > 0) figures.lost.push(`${name}: the run is gone`);
      return;
    }
    const kept = new Set(run.epochs.map(({ epoch }) => epoch));
    for (const epoch of told) if (!kept.has(epoch)) figures.lost.push(`${name}: epoch ${epoch}`);
    if (run.state === 'finished') {
      figures.toldEpochs += told.size;
      if (run.weightsHash === place.weightsHash) figures.identical += 1;
      else figures.lost.push(`${name}: other weights`);
      const epochs = run.epochs.map(({ epoch }) => epoch).join();
      if (epochs !== '1,2,3,4') figures.lost.push(`${name}: epochs ${epochs}`);
      return;
    }
    // Where the main process was killed, nobody has looked yet: resuming it does.
    assert.match(run.state, /^(interrupted|running|queued)$/, `${name}: ${run.reason ?? ''}`);
    running = place.begin('resume', name, '--json');
  }
}

/** How long each takes, as far as it is known: a kill that came too late shortens what it was aimed by. */
type Spans = { startMs: number; trainMs: number; importMs: number };
type Dice = Readonly<{ most: number; spans: Spans; uniform: () => number }>;

/** How long each takes where nobody is killed: kills are spread over that. */
async function measure(place: Place): Promise<Spans> {
  const began = performance.now();
  const running = place.begin(
    'train',
    '--dataset',
    place.datasetId,
    '--name',
    'measured',
    ...tiny,
    '--json',
  );
  await childOf(running.child.pid);
  const started = performance.now();
  const { weightsHash } = endedOf(await running.outcome);
  assert.equal(weightsHash, place.weightsHash);
  const ended = performance.now();
  const { code, stderr } = await place.twofold(
    'data',
    'import',
    writeReviews(place, 0).file,
    '--name',
    'Measured',
  );
  assert.equal(code, 0, stderr);
  return {
    startMs: started - began,
    trainMs: ended - started,
    importMs: performance.now() - ended,
  };
}

/** A file of 6,000 reviews that no other has. */
function writeReviews(place: Place, number: number): Readonly<{ file: string; count: number }> {
  const file = path.join(place.folder, `reviews-${number}.csv`);
  const { uniform } = randomStream(number + 1, 'reviews');
  const word = (): string => `word${Math.floor(uniform() ** 2 * 5000)}`;
  const review = (): string => Array.from({ length: 60 }, word).join(' ');
  const count = 6000;
  const lines = Array.from(
    { length: count },
    (_, row) => `${review()},${row % 2 === 0 ? 'pos' : 'neg'}`,
  );
  writeFileSync(file, `text,label\n${lines.join('\n')}\n`);
  return { file, count };
}

/** As the database has it, without the app; null where its row was not written. */
function storedRun(
  home: string,
  name: string,
): Pick<ShownRun, 'state' | 'reason' | 'epochs' | 'weightsHash'> | null {
  const db = new Database(path.join(home, 'twofold.sqlite'), { readonly: true });
  try {
    const row = db
      .prepare(
        'SELECT run_key AS runKey, state, reason, weights_hash AS weightsHash FROM runs WHERE name = ?',
      )
      .get(name) as
      (Pick<ShownRun, 'state' | 'reason' | 'weightsHash'> & { runKey: number }) | undefined;
    if (row === undefined) return null;
    const epochs = db
      .prepare('SELECT epoch FROM epochs WHERE run_key = ? ORDER BY epoch')
      .all(row.runKey);
    return { ...row, epochs: epochs as { epoch: number }[] };
  } finally {
    db.close();
  }
}

/** At a random moment of what is left; false where nobody was there any more. */
async function killOne(
  running: Spawned,
  isChild: boolean,
  share: number,
  spans: Spans,
): Promise<boolean> {
  const isOver = running.outcome.then(() => true);
  const begun = childOf(running.child.pid).catch(() => 0);
  // The moments before the child is there are moments too.
  if (!isChild && share < 0.2) {
    await Promise.race([sleep(share * 5 * spans.startMs), isOver]);
    return running.child.kill('SIGKILL');
  }
  const child = await Promise.race([begun, isOver.then(() => 0)]);
  if (child === 0) return false;
  await Promise.race([sleep(share * spans.trainMs), isOver]);
  try {
    return isChild ? process.kill(child, 'SIGKILL') : running.child.kill('SIGKILL');
  } catch {
    return false;
  }
}

async function oneImport(
  place: Place,
  figures: KillFigures,
  { most, spans, uniform }: Dice,
): Promise<void> {
  figures.imports += 1;
  const { file, count } = writeReviews(place, figures.imports);
  const name = `Import ${figures.imports}`;
  for (;;) {
    const importing = place.begin('data', 'import', file, '--name', name, '--json');
    const mayKill = figures.import < most;
    if (mayKill) {
      await Promise.race([sleep(uniform() * spans.importMs), importing.outcome]);
      importing.child.kill('SIGKILL');
    }
    const { code, stderr } = await importing.outcome;
    const found = (
      await place.json(
        z.array(
          z
            .object({
              name: z.string(),
              splits: z.record(z.string(), z.object({ count: z.number() })),
            })
            .loose(),
        ),
        'data',
        'list',
      )
    ).find((one) => one.name === name);
    // Whole or not there at all, whenever it was killed.
    const there = Object.values(found?.splits ?? {}).reduce((sum, one) => sum + one.count, 0);
    if ((found !== undefined || code === 0) && there !== count)
      figures.lost.push(`${name}: ${there} of ${count} reviews`);
    if (code === 0) break;
    assert.ok(mayKill, stderr);
    figures.import += 1;
  }
  const left = readdirSync(path.join(place.home, 'datasets')).filter((entry) =>
    entry.startsWith('.importing-'),
  );
  if (left.length > 0)
    figures.lost.push(`${name}: ${left.length} folders of killed imports are left`);
}

export function killSentence(figures: KillFigures): string {
  const hits = figures.child + figures.main + figures.import;
  return `${hits} kills hit (${figures.child} of the training process, ${figures.main} of the main process, ${figures.import} of an import; ${figures.tooLate} more came too late). ${figures.identical} of ${figures.runs - figures.unwritten} runs ended with the weightsHash of the unbroken one, ${figures.toldEpochs} told epochs were there, ${figures.imports} imports became whole, ${figures.lost.length} losses.`;
}
