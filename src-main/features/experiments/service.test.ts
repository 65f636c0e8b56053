import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  answerSchema,
  experimentSchema,
  factorialSchema,
  judgementSchema,
} from '#contract/experiment.ts';
import type { RunConfigInput } from '#contract/run-config.ts';
import { decidingInference } from '#core/experiment/deciding.ts';
import { factorialWords } from '#core/experiment/factorial-words.ts';
import { verdictLines } from '#core/experiment/verdict-items.ts';
import { attainedError } from '#core/statistics/attained-error.ts';

import {
  addExperiment,
  addStoredRun,
  judging,
  type StoredRun,
} from '../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../testing/test-runs.ts';
import type { ExperimentsService } from '../services.ts';
import { createExperimentsService } from './service.ts';

const count = 1000;
let runs: TestRuns;
let experiments: ExperimentsService;
let reads: string[];
let marginPoints: number;
/** As if all test reviews were positive. */
let isOneClass: boolean;
beforeEach(() => {
  isOneClass = false;
  runs = openTestRuns({}, {}, { testCount: count });
  reads = [];
  marginPoints = 0.25;
  addExperiment(runs.databases, 'e1', 'three pairs');
  experiments = createExperimentsService({
    db: runs.databases.main,
    runs: {
      list: runs.service.list,
      summary: runs.service.summary,
      baselinesOf: runs.service.baselinesOf,
      enqueueInto: runs.service.enqueueInto,
      stopAndWait: runs.service.stopAndWait,
      remove: runs.service.remove,
      async judged(runId, weights) {
        reads.push(runId);
        const judged = await runs.service.judged(runId, weights);
        return isOneClass ? { ...judged, labels: judged.labels.map(() => 1) } : judged;
      },
    },
    marginPoints: () => marginPoints,
  });
});
afterEach(async () => {
  await runs.remove();
});

/** Wrong on `wrong` reviews, beginning with row `from`. */
const model = (wrong: number, from = 0, seed = 1) =>
  judging(count, (row) => row < from || row >= from + wrong, seed);

function add(runId: string, config: RunConfigInput, wrong: number, more: Partial<StoredRun> = {}) {
  addStoredRun(runs.databases, {
    runId,
    config,
    probabilities: [model(wrong, 0, Number(config.seed ?? 1))],
    experimentId: 'e1',
    ...more,
  });
}

/** A wrong on 130, 140, 150 ... reviews; B on `fewer` less. */
function addPairs(fewer: readonly number[], more: Partial<StoredRun> = {}, from = 1): string[] {
  return fewer.flatMap((by, index) => {
    const seed = from + index;
    add(`a${seed}`, { variant: 'A', seed }, 130 + index * 10, more);
    add(`b${seed}`, { variant: 'B', seed }, 130 + index * 10 - by, more);
    return [`a${seed}`, `b${seed}`];
  });
}

const judge = async (runIds: readonly string[], weights: 'best' | 'last' = 'best') =>
  judgementSchema.parse(await experiments.judge({ runIds, weights }));

describe('an experiment', () => {
  test('of reviews with one label has no verdict, no interval and no p, but the reason', async () => {
    isOneClass = true;
    const { verdict } = await judge(addPairs([30, 31, 32]));
    expect(verdict).toMatchObject({ state: 'notComparable', p: null, interval95: null });
    expect(verdict.sentence).toMatch(/^All 1000 test reviews have the same label/);
  });

  test('is listed with its kind, runs and seeds, and found by its name', () => {
    addExperiment(runs.databases, 'e2', 'nothing');
    addPairs([5, 6, 7]);
    const [only, ...more] = experiments.list().map((item) => experimentSchema.parse(item));
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      experimentId: 'e1',
      name: 'three pairs',
      kind: 'seeds',
      seeds: [1, 2, 3],
      datasetName: 'Dataset d1',
    });
    expect(only?.runs.map(({ runId, accuracy }) => [runId, accuracy]).slice(0, 2)).toEqual([
      ['a1', 0.87],
      ['b1', 0.875],
    ]);
    expect(experiments.resolve('three pairs')).toBe('e1');
    expect(experiments.get({ experimentId: 'e1' })).toEqual(only);
    expect(() => experiments.get({ experimentId: 'e2' })).toThrow('There is no experiment "e2".');
    expect(() => experiments.resolve('none')).toThrow('There is no experiment "none".');
  });
});

describe('the answers', () => {
  const answers = async (judged: number) =>
    (await experiments.answers({ judged })).map((answer) => answerSchema.parse(answer));

  test('are of the newest experiments that compare two configurations, the first with verdicts', async () => {
    addPairs([14, 15, 16]);
    addExperiment(runs.databases, 'e2', 'one configuration');
    for (const seed of [1, 2])
      add(`s${seed}`, { variant: 'A', seed, filters: 20 }, 100, { experimentId: 'e2' });
    addExperiment(runs.databases, 'e3', 'one pair');
    for (const variant of ['A', 'B'] as const)
      add(`o${variant}`, { variant, seed: 9 }, 100, { experimentId: 'e3' });
    const [pair, pairs, ...more] = await answers(1);
    expect(more).toEqual([]);
    expect(pair).toMatchObject({ name: 'one pair', runIds: ['oA', 'oB'], planned: 2 });
    expect(pair?.judgement?.verdict.state).toBe('tooFewSeeds');
    expect(pairs).toMatchObject({ name: 'three pairs', isUnderway: false, judgement: null });
    const [, judged] = await answers(2);
    expect(judged?.judgement?.verdict).toEqual((await judge(judged?.runIds ?? [])).verdict);
  });

  test('are judged again only where a run has ended, or gone, since', async () => {
    const ids = addPairs([14, 15, 16]);
    runs.databases.main.exec(`UPDATE runs SET state = 'queued' WHERE run_id IN ('a3', 'b3')`);
    const [first] = await answers(1);
    expect(first).toMatchObject({ isUnderway: true, planned: 6, runIds: ids.slice(0, 4) });
    expect(first?.judgement?.verdict.state).toBe('pending');
    expect(await answers(1)).toEqual([first]);
    runs.databases.main.exec(`UPDATE runs SET state = 'finished' WHERE run_id IN ('a3', 'b3')`);
    const [whole] = await answers(1);
    expect(whole?.judgement?.verdict).toMatchObject({ state: 'better', seeds: 3 });
    runs.databases.main.exec('UPDATE runs SET deleted_at = created_at');
    expect(await answers(1)).toEqual([]);
  });
});

describe('the verdict', () => {
  test('is of paired seeds, with interval, p and what it rests on', async () => {
    const judgement = await judge(addPairs([14, 15, 16]));
    expect(judgement.verdict).toMatchObject({
      state: 'better',
      sentence: 'B is more accurate than A by 1.50 points.',
      ahead: 'second',
      seeds: 3,
      margin: 0.0025,
      look: { number: 1, planned: 1 },
    });
    expect(judgement.verdict.difference).toBeCloseTo(0.015, 10);
    expect(judgement.seeds.map(({ seed, runIds }) => [seed, ...runIds])).toEqual([
      [1, 'a1', 'b1'],
      [2, 'a2', 'b2'],
      [3, 'a3', 'b3'],
    ]);
    expect(judgement.seeds[1]?.difference).toBeCloseTo(0.015, 10);
    expect(judgement).toMatchObject({
      sides: [
        { name: 'A', runIds: ['a1', 'a2', 'a3'] },
        { name: 'B', runIds: ['b1', 'b2', 'b3'] },
      ],
      pairs: { planned: 3, pending: 0, leftOut: 0, later: 0, inTrash: 0, notHere: 0 },
      plannedRuns: 6,
      missing: [],
      experimentId: 'e1',
      morePairs: 0,
      isTestChosen: false,
      rows: count,
    });
    expect(judgement.correlation).toBeGreaterThan(0.98);
    const [low = 0, high = 0] = judgement.bootstrap?.interval ?? [];
    expect(judgement.bootstrap?.difference).toBeCloseTo(0.015, 10);
    expect(low < 0.015 && high > 0.015).toBe(true);
  });

  test.each([
    [
      [3, 3, 4],
      'ahead',
      'B is more accurate than A, but the difference may be too small to matter.',
    ],
    [
      [1, 1, 1, 1, 1, 2],
      'aheadBelowMargin',
      'B is more accurate than A, but by less than matters.',
    ],
    [
      [1, 1, 1],
      'open',
      'Inconclusive. All 3 seed pairs differ by exactly 0.10 points, so there is no interval and no p-value.',
    ],
    [[0, 1, -1, 0, 1, -1], 'alike', 'A and B are equally accurate, to within 0.25 points.'],
    [[2, 5, 8], 'leaning', 'Inconclusive. B may be more accurate.'],
    [
      [-9, 1, 9],
      'open',
      'Inconclusive. The difference could favour A by 2.21 or B by 2.27 points.',
    ],
    [
      [5],
      'tooFewSeeds',
      'Not enough seeds. One pair cannot tell a better variant from a lucky seed.',
    ],
  ])('of %j reviews is %s', async (fewer, state, sentence) => {
    const { verdict } = await judge(addPairs(fewer));
    expect(verdict).toMatchObject({ state, sentence });
  });

  test('turns the sign of loss and Brier score, so that the lower one is ahead', async () => {
    const { loss, brier, seeds } = await judge(addPairs([40, 41, 42]));
    expect(seeds.every(({ losses: [a, b], briers: [c, d] }) => b < a && d < c)).toBe(true);
    expect(loss).toMatchObject({ state: 'better', ahead: 'second', margin: 0 });
    expect(loss?.sentence).toMatch(/^B has a lower loss than A by 0\.\d{4}\.$/);
    expect(brier?.sentence).toMatch(/^B has a lower Brier score than A by 0\.\d{4}\.$/);
  });

  test('has the other weights beside it', async () => {
    const ids = [1, 2].flatMap((seed) => {
      const epochs = (best: number, last: number) => ({
        probabilities: [model(best), model(last)],
        valLosses: [0.1, 0.2],
      });
      add(`a${seed}`, { variant: 'A', seed }, 0, epochs(100, 150));
      add(`b${seed}`, { variant: 'B', seed }, 0, epochs(110, 120 + seed));
      return [`a${seed}`, `b${seed}`];
    });
    const best = await judge(ids);
    expect(best.verdict.difference).toBeCloseTo(-0.01, 10);
    expect(best.beside).toMatchObject({ weights: 'last', verdict: { ahead: 'second' } });
    const last = await judge(ids, 'last');
    expect(last.verdict.difference).toBeCloseTo(0.0285, 10);
    expect(last.beside?.verdict.difference).toBeCloseTo(-0.01, 10);
  });

  test('comes with all planned pairs, and names those that are left out', async () => {
    const ids = addPairs([5, 6, 7]);
    const waiting = { probabilities: [], state: 'queued' as const };
    add('a4', { variant: 'A', seed: 4 }, 0, waiting);
    add('b4', { variant: 'B', seed: 4 }, 0, waiting);
    const part = await judge(ids);
    expect(part.verdict).toMatchObject({
      state: 'pending',
      sentence: '3 of 4 pairs so far; the verdict comes with all.',
      interval95: null,
      p: null,
    });
    expect(part.loss?.state).toBe('pending');
    const picked = await judge(ids.slice(0, 4));
    expect(picked.pairs).toEqual({
      planned: 4,
      pending: 1,
      leftOut: 1,
      later: 0,
      inTrash: 0,
      notHere: 0,
    });
    expect(part.missing.map(({ name, state }) => [name, state])).toEqual([
      ['run a4', 'queued'],
      ['run b4', 'queued'],
    ]);
    runs.databases.main.prepare(`UPDATE runs SET state = 'failed' WHERE run_id = 'b4'`).run();
    expect(await judge(ids)).toMatchObject({
      verdict: { state: 'better' },
      pairs: { planned: 4, pending: 0, leftOut: 0, later: 0, inTrash: 0, notHere: 0 },
    });
  });

  test('looks as often as was planned, and takes the pairs of the last look in between', async () => {
    addExperiment(runs.databases, 'planned', 'six pairs', 3);
    const more = { experimentId: 'planned' };
    addPairs([5, 6, 7, 6, 5, 4], more);
    const finished = (pairs: number): void => {
      runs.databases.main
        .prepare(
          `UPDATE runs SET state = CASE WHEN json_extract(config, '$.seed') <= ? THEN 'finished' ELSE 'interrupted' END
           WHERE experiment_id = 'planned'`,
        )
        .run(pairs);
    };
    const verdictAfter = async (pairs: number) => {
      finished(pairs);
      return (await experiments.judgeExperiment('planned', 'best')).verdict;
    };
    expect(await verdictAfter(1)).toMatchObject({
      state: 'pending',
      look: { number: 1, planned: 3 },
    });
    const first = await verdictAfter(2);
    expect(first).toMatchObject({ seeds: 2, look: { number: 1, planned: 3 } });
    expect(await verdictAfter(3)).toEqual(first);
    const second = await verdictAfter(4);
    expect(second).toMatchObject({ seeds: 4, look: { number: 2, planned: 3 } });
    const last = await verdictAfter(6);
    expect(last).toMatchObject({ seeds: 6, look: { number: 3, planned: 3 } });
    // The first look is the strictest: its interval is wider than one that stood alone.
    const alone = (await judge([...addPairs([5, 6], { experimentId: 'e1' }, 11)])).verdict;
    const width = ({ interval95 }: typeof alone) => (interval95?.[1] ?? 0) - (interval95?.[0] ?? 0);
    expect(width(first)).toBeGreaterThan(2 * width(alone));
    // A pair that failed will not come: the last look is at those there are.
    runs.databases.main.prepare(`UPDATE runs SET state = 'failed' WHERE run_id = 'b6'`).run();
    expect(await verdictAfterFailure()).toMatchObject({
      seeds: 5,
      look: { number: 3, planned: 3 },
    });

    async function verdictAfterFailure() {
      return (await experiments.judgeExperiment('planned', 'best')).verdict;
    }
  });

  test('says that pairs were added after a look', async () => {
    addExperiment(runs.databases, 'e2', 'more pairs');
    const first = addPairs([2, 5, 8]);
    const alone = await judge(first);
    const later = await judge([...first, ...addPairs([5, 4, 6], { experimentId: 'e2' }, 4)]);
    expect(later.verdict).toMatchObject({ seeds: 6, look: { number: 2, planned: 1 } });
    expect(alone.morePairs).toBe('unknown');
    expect(later.morePairs).toBe(0);
    // 8.7 % after 3 and 6 pairs; no measure keeps the sentence that it would have without.
    expect(alone.verdict.attainedError).toBeNull();
    expect(alone.verdict.sentence).not.toContain('later');
    for (const of of [later.verdict, later.loss, later.brier, later.beside?.verdict]) {
      expect(of?.attainedError).toBeCloseTo(0.087, 2);
      expect(of?.sentence).toMatch(
        /\. These pairs were not all planned together\. If results were seen in between, the risk of a false difference is about 9 %, and the [\d.]+% interval covers about 91 %\.$/,
      );
    }
    const lines = verdictLines(later);
    expect(lines.filter((line) => line.includes('about 9 %'))).toHaveLength(4);
    // One risk, not another one of skewness below it.
    expect(lines.join(' ')).toContain('Skewed differences raise the risk of a false difference');
    expect(lines.join(' ')).not.toContain('instead of');
  });

  test('of loss and Brier score has the plain difference under a key of its own', async () => {
    const { verdict, loss, brier, seeds } = await judge(addPairs([40, 41, 42]));
    expect(verdict.secondMinusFirst).toBe(verdict.difference);
    const [a, b] = seeds[0]?.losses ?? [0, 0];
    expect(Math.sign(loss?.secondMinusFirst ?? 0)).toBe(Math.sign(b - a));
    expect(loss?.secondMinusFirst).toBe(-(loss?.difference ?? 0));
    expect(brier?.secondMinusFirst).toBe(-(brier?.difference ?? 0));
  });

  test('says over what it generalises, and decides for new reviews where these matter', async () => {
    const same = await judge(addPairs([40, 40, 41]));
    // B is right on the same 40 reviews with every seed: of other reviews that is far less sure.
    expect(same.verdict.generalises).toBe('seedsAndReviews');
    const [seeds, both] = [same.verdict.interval95, same.verdict.twoWay?.interval95];
    expect((both?.[1] ?? 0) - (both?.[0] ?? 0)).toBeGreaterThan(
      1.1 * ((seeds?.[1] ?? 0) - (seeds?.[0] ?? 0)),
    );
    expect(same.twoWay).toEqual({
      ...same.verdict.twoWay,
      difference: same.verdict.difference,
      interval: both,
    });
    expect(same.loss?.twoWay).not.toBeNull();
    // Only stored epochs are known of the other weights, not single reviews.
    expect(same.beside?.verdict).toMatchObject({ twoWay: null, generalises: 'seeds' });
    const lines = verdictLines(same);
    expect(lines[2]).toMatch(
      /^B minus A: .* points, 95% CI .* for new seeds and new reviews, p = .*, 3 paired seeds/,
    );
    expect(lines[3]).toMatch(
      /^For new seeds on these 1,000 reviews alone, the 95% CI is .* decides\.$/,
    );
    expect(lines[4]).toBe(
      'Differences in points by seed: seed 1 +4.00, seed 2 +4.00, seed 3 +4.10.',
    );
  });

  test('leans only where p is below 0.2, and says how many pairs would settle it', async () => {
    const leaning = await judge(addPairs([2, 5, 8]));
    expect([leaning.verdict.state, (leaning.verdict.p ?? 1) < 0.2]).toEqual(['leaning', true]);
    const open = await judge(addPairs([-2, 4, 1, -1], {}, 11));
    expect([open.verdict.state, (open.verdict.p ?? 0) > 0.2]).toEqual(['open', true]);
    const [low, high] = open.verdict.interval95 ?? [0, 0];
    expect([low < -0.0025, high > 0.0025]).toEqual([true, true]);
    const [fewest = 0, most] = open.morePairsRange ?? [];
    expect(fewest).toBeLessThanOrEqual(Number(open.morePairs));
    expect(most ?? Infinity).toBeGreaterThanOrEqual(Number(open.morePairs));
    expect(verdictLines(open).join(' ')).toMatch(
      /\d+ more pairs \(range \d+ to .+\) would probably show either a difference or that it is within ±0\.25 points, if the difference is as observed\./,
    );
    // Following this is a look that was not planned.
    expect(open.morePairsRisk).toBe(
      attainedError([
        { number: 1, planned: 1, pairs: 4 },
        { number: 2, planned: 1, pairs: 4 + Number(open.morePairs) },
      ]),
    );
    expect(verdictLines(open).join(' ')).toContain(
      'is one more look than planned: the risk of a false difference would then be about 9 %.',
    );
  });

  test('says no skewness of fewer than 22 differences, whatever they are', async () => {
    const skewed = addPairs([19, ...Array.from({ length: 21 }, (_, seed) => 1 + (seed % 3))]);
    const few = await judge(skewed.slice(0, 2 * 21));
    expect(few.skewness?.value).toBeNull();
    expect(verdictLines(few).join(' ')).toContain(
      '21 differences are too few to show how skewed they are. At a skewness of 1,',
    );
    const enough = await judge(skewed);
    expect(enough.skewness?.value).toBeGreaterThan(3);
    expect(verdictLines(enough).join(' ')).toMatch(/These 22 have a skewness of \d\.\d, at which/);
  });

  test('is of the finished runs of an experiment, read once', async () => {
    addPairs([5, 6, 7]);
    add('a4', { variant: 'A', seed: 4 }, 100, { state: 'stopped' });
    add('b4', { variant: 'B', seed: 4 }, 100);
    const judgement = await experiments.judgeExperiment('e1', 'best');
    expect(judgement.seeds.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    const before = reads.length;
    await experiments.judgeExperiment('e1', 'best');
    expect(reads).toHaveLength(before);
  });
});

describe('the band that is too small to matter', () => {
  const wide = [-9, 1, 9];

  test('is that of the start, whatever is set afterwards', async () => {
    const ids = addPairs(wide);
    expect((await judge(ids)).verdict).toMatchObject({
      state: 'open',
      margin: 0.0025,
      marginFrom: 'plan',
    });
    marginPoints = 7;
    expect((await judge(ids)).verdict).toMatchObject({ state: 'open', margin: 0.0025 });
    // Tried, it says that it was.
    expect(
      (await experiments.judge({ runIds: ids, weights: 'best', marginPoints: 7 })).verdict,
    ).toMatchObject({
      state: 'alike',
      margin: 0.07,
      marginFrom: 'whatIf',
    });
  });

  test('is set afterwards for runs of no experiment, of an older one, and of two with different ones', async () => {
    const alone = addPairs(wide, { experimentId: null });
    expect((await judge(alone)).verdict.marginFrom).toBe('settings');
    const old = addPairs(wide, {}, 11);
    runs.databases.main.exec('UPDATE experiments SET margin_points = NULL');
    expect((await judge(old)).verdict.marginFrom).toBe('settings');
    addExperiment(runs.databases, 'e2', 'half a point', 1, 0.5);
    const half = addPairs(wide, { experimentId: 'e2' }, 21);
    expect((await judge(half)).verdict).toMatchObject({ margin: 0.005, marginFrom: 'plan' });
    runs.databases.main.exec(
      "UPDATE experiments SET margin_points = 0.25 WHERE experiment_id = 'e1'",
    );
    expect((await judge([...old, ...half])).verdict.marginFrom).toBe('settings');
  });
});

describe('more pairs', () => {
  beforeEach(() => {
    // Nothing trains here.
    runs.queue.pause();
  });
  const finishAdded = (probabilities: (seed: number) => Float32Array[]): void => {
    const db = runs.databases.main;
    const added = experiments
      .get({ experimentId: 'e1' })
      .runs.filter(({ state }) => state === 'queued');
    for (const { runId, variant, seed } of added) {
      const { experimentRound } = runs.service.summary(runId);
      db.prepare('DELETE FROM runs WHERE run_id = ?').run(runId);
      add(runId, { variant, seed }, 0, { probabilities: probabilities(seed), experimentRound });
    }
  };

  test('join the experiment with the seeds that follow, and are one more look than planned', async () => {
    addPairs([2, 5, 8]);
    const before = (await experiments.judgeExperiment('e1', 'best')).verdict;
    const extended = experiments.extend({ experimentId: 'e1', seedCount: 2 });
    expect(extended.seeds).toEqual([1, 2, 3, 4, 5]);
    expect(
      extended.runs.slice(6).map(({ name, variant, state }) => [name, variant, state]),
    ).toEqual([
      ['three pairs A seed 4', 'A', 'queued'],
      ['three pairs B seed 4', 'B', 'queued'],
      ['three pairs A seed 5', 'A', 'queued'],
      ['three pairs B seed 5', 'B', 'queued'],
    ]);
    // The verdict stays while they train.
    const meanwhile = await experiments.judgeExperiment('e1', 'best');
    expect(meanwhile.verdict).toEqual(before);
    expect(meanwhile.pairs).toMatchObject({ planned: 5, pending: 2 });
    finishAdded((seed) => [model(100 + seed)]);
    const after = await experiments.judgeExperiment('e1', 'best');
    expect(after.verdict).toMatchObject({ seeds: 5, look: { number: 2, planned: 1 } });
  });

  test('that are taken back before they trained were never there', async () => {
    addPairs([2, 5, 8]);
    const before = await experiments.judgeExperiment('e1', 'best');
    const added = experiments
      .extend({ experimentId: 'e1', seedCount: 1 })
      .runs.slice(6)
      .map(({ runId }) => runId);
    await expect(experiments.retract({ runIds: ['a1', ...added] })).rejects.toThrow(
      '"run a1": planned',
    );
    expect((await experiments.retract({ runIds: added })).runIds).toEqual(added);
    expect(await experiments.judgeExperiment('e1', 'best')).toEqual(before);
    // Their seeds are not used again.
    expect(experiments.extend({ experimentId: 'e1', seedCount: 1 }).seeds).toEqual([1, 2, 3, 5]);
  });
});

test('finished pairs in the trash are told, with the verdict they are missing from', async () => {
  const ids = addPairs([5, 6, 7, 6, 5]);
  const whole = (await judge(ids)).verdict;
  runs.service.remove({ runIds: ['a4', 'b4', 'b5'] });
  const rest = await experiments.judgeExperiment('e1', 'best');
  expect(rest.pairs).toEqual({
    planned: 5,
    pending: 0,
    leftOut: 0,
    later: 0,
    inTrash: 2,
    notHere: 0,
  });
  expect(rest.verdict.seeds).toBe(3);
  expect(rest.verdict.sentence).not.toBe(whole.sentence);
  expect(rest.withTrash).toEqual({ sentence: whole.sentence, runIds: ['a4', 'b4', 'b5'] });
  expect(rest.missing.filter(({ isInTrash }) => isInTrash)).toHaveLength(3);
  runs.service.restore({ runIds: rest.withTrash?.runIds ?? [] });
  expect((await experiments.judgeExperiment('e1', 'best')).verdict).toEqual(whole);
});

test('where nothing can be said, what is missing is named', async () => {
  const sentence = async () => (await experiments.judgeExperiment('e1', 'best')).verdict.sentence;
  add('a1', { variant: 'A' }, 130, { state: 'queued' });
  expect(await sentence()).toBe('Cannot tell anything yet: no run has finished.');
  add('a2', { variant: 'A', seed: 2 }, 130);
  expect(await sentence()).toBe('Cannot tell anything about variants from one run.');
  add('b2', { variant: 'B', seed: 2 }, 120);
  runs.service.remove({ runIds: ['b2'] });
  expect(await sentence()).toContain('Bring it back with "runs restore b2"');
});

test('a run without predictions that was stopped does not take the verdict from the others', async () => {
  const ids = addPairs([14, 15, 16]);
  add('a9', { variant: 'A', seed: 9 }, 0, { state: 'stopped', probabilities: [] });
  expect((await judge([...ids, 'a9'])).verdict).toMatchObject({ state: 'better', seeds: 3 });
});

describe('two models under several settings', () => {
  function addAt(filters: number, fewer: readonly number[]): void {
    fewer.forEach((by, index) => {
      const seed = index + 1;
      add(`a${filters}${seed}`, { variant: 'A', seed, filters }, 130 + index * 10);
      add(`b${filters}${seed}`, { variant: 'B', seed, filters }, 130 + index * 10 - by);
    });
  }

  test('have a verdict each, held against their number', async () => {
    addAt(2, [14, 15, 16]);
    addAt(3, [3, 3, 4]);
    addAt(4, [-1, 1, 4]);
    const judged = judgementSchema.parse(await experiments.judgeExperiment('e1', 'best'));
    const { verdict, sides, strata, comparisons } = judged;
    expect([sides, verdict.state, comparisons]).toEqual([null, 'notComparable', 3]);
    expect(judged.differingSettings).toEqual(['embedding', 'convPadding', 'cnnHead']);
    expect(verdictLines(judged)[1]).toMatch(/^A and B differ in 3 settings \(Embedding, /);
    expect(verdict.sentence).toBe('A and B under 3 settings: a verdict for each.');
    expect(strata?.map(({ name }) => name)).toEqual(['filters 2', 'filters 3', 'filters 4']);
    const ps = strata?.map((of) => decidingInference(of.verdict)?.p ?? 1) ?? [];
    const adjusted = strata?.map(({ adjustedP }) => adjustedP ?? 1) ?? [];
    expect(Math.min(...adjusted)).toBeCloseTo(3 * Math.min(...ps), 10);
    expect(strata?.map((of) => of.verdict.state)).toEqual(['better', 'ahead', 'open']);
    const alone = await judge(strata?.[0]?.runIds ?? []);
    expect(alone.verdict).toEqual(strata?.[0]?.verdict);
    expect(alone.comparisons).toBe(3);
    expect(alone.differingSettings).toEqual(judged.differingSettings);
  });

  test('what one alone would say is not said where the number of them speaks against it', async () => {
    addAt(2, [2, 4, 6]);
    addAt(3, [2, 4, 6]);
    const { strata } = await experiments.judgeExperiment('e1', 'best');
    const alone = (await judge(strata?.[0]?.runIds ?? [])).verdict;
    expect(alone.p).toBeGreaterThan(0.05 / 2);
    expect(strata?.[0]?.adjustedP).toBeCloseTo(2 * (alone.p ?? 1), 10);
    expect(strata?.[0]?.verdict.state).toBe('leaning');
  });

  test('but not where they are no pair under each', async () => {
    addAt(2, [14, 15]);
    add('a31', { variant: 'A', seed: 1, filters: 3 }, 130);
    expect((await experiments.judgeExperiment('e1', 'best')).strata).toBeNull();
  });
});

describe('two seeds of one side stand beside the two sides', () => {
  test('for flips and accuracies, and stable flips are apart from churn', async () => {
    const wrongAt = (rows: readonly number[]) => ({
      probabilities: [judging(count, (row) => !rows.includes(row))],
    });
    add('a1', { variant: 'A', seed: 1 }, 0, wrongAt([1, 2, 3]));
    add('a2', { variant: 'A', seed: 2 }, 0, wrongAt([1, 2, 9]));
    add('b1', { variant: 'B', seed: 1 }, 0, wrongAt([2, 7]));
    add('b2', { variant: 'B', seed: 2 }, 0, wrongAt([2]));
    const judgement = await judge(['a1', 'a2', 'b1', 'b2']);
    const { agreement, stableFlips } = judgement;
    expect(agreement?.disagreement).toEqual({
      within: [0.002, 0.001],
      // Rows 1 and 3 of a1 and b2; 1, 9 and 7 of a2 and b1.
      between: expect.closeTo(0.0025, 10),
      // Rows 1, 3, 7 with the first seed, 1 and 9 with the second.
      sameSeed: expect.closeTo(0.0025, 10),
    });
    expect(agreement?.accuracy).toEqual({
      within: [0, expect.closeTo(0.001, 10)],
      between: expect.closeTo(0.0015, 10),
      sameSeed: expect.closeTo(0.0015, 10),
    });
    expect(stableFlips.map(({ row, label }) => [row, label])).toEqual([[1, 1]]);
    // Only of row 1 do both seeds judge differently, and already without an exchange.
    expect(judgement.expectedStableFlips).toEqual({
      mean: 0,
      sd: 0,
      divisions: 2,
      p: 0.5,
      within: {
        seeds: 1,
        first: { mean: 2, sd: 0 },
        second: { mean: 1, sd: 0 },
        limit: 2,
      },
      isFinding: false,
    });
    expect(verdictLines(judgement).slice(-2)).toEqual([
      'Over 2 seeds and 1,000 test reviews, A and B have 1 stable disagreement; fewer than 0.1 are expected from seed noise alone. With 2 paired seeds, seed noise cannot be ruled out. At least 6 paired seeds are needed.',
      'Within one variant, 1 seed against 1 other gives 2.0 for A and 1.0 for B.',
    ]);
  });
});

describe('what cannot be judged says why', () => {
  const b = { variant: 'B' } as const;

  test.each<[string, RunConfigInput, Partial<StoredRun>]>([
    ['different test splits', b, { probabilities: [model(10).slice(0, 900)] }],
    ['chosen by different validation splits', { ...b, validation: 'test' }, {}],
    ['chosen by different validation splits', { ...b, subset: 'seed' }, {}],
    ['before an epoch was complete', b, { probabilities: [], state: 'failed' }],
    ['only the seed differs', { seed: 2 }, {}],
  ])('%s', async (why, config, more) => {
    add('x', {}, 10);
    add('y', config, 10, more);
    const { verdict, sides } = await judge(['x', 'y']);
    expect(verdict.state).toBe('notComparable');
    expect(verdict.sentence).toContain(why);
    expect(sides).toBeNull();
  });

  test('three configurations, and no seed in common', async () => {
    add('x', { filters: 2 }, 10);
    add('y', { filters: 3 }, 10);
    add('z', { filters: 4, seed: 2 }, 10);
    expect((await judge(['x', 'y', 'z'])).verdict.sentence).toBe(
      'Not comparable: these runs are of 3 configurations, a verdict is about two.',
    );
    expect((await judge(['x', 'z'])).verdict).toMatchObject({
      state: 'tooFewSeeds',
      sentence: 'Cannot tell yet: no seed was trained with both.',
      seeds: 0,
    });
  });

  test('the test set chose the epoch', async () => {
    add('x', { validation: 'test' }, 10);
    add('y', { ...b, validation: 'test' }, 10);
    expect((await judge(['x', 'y'])).isTestChosen).toBe(true);
  });
});

describe('a grid', () => {
  const addGrid = (seed: number) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((cell) => {
      const [embedding, convPadding, cnnHead] = [cell & 4, cell & 2, cell & 1];
      const config = {
        embedding: embedding ? 'shared' : 'separate',
        convPadding: convPadding ? 'valid' : 'same',
        cnnHead: cnnHead ? 'dense' : 'none',
        seed,
      };
      add(`g${cell}${seed}`, config, 200 - (embedding ? 38 + seed : 0) - (cnnHead ? 10 : 0) + seed);
      return `g${cell}${seed}`;
    });

  test('has its terms over seeds, whose shares sum to B minus A', async () => {
    const { factorial, verdict, sides } = await judge([1, 2].flatMap(addGrid));
    expect(experiments.get({ experimentId: 'e1' }).kind).toBe('grid');
    expect(factorial).toMatchObject({ runs: 16, blocks: 2, degreesOfFreedom: 1, leftOut: [] });
    const term = (name: string) => factorial?.terms.find((of) => of.name === name);
    expect(term('embedding')?.effect).toBeCloseTo(0.0395, 10);
    expect(term('embedding')?.p).toBeLessThan(0.01);
    const sum = factorial?.terms.reduce((total, { share }) => total + share, 0);
    expect(sum).toBeCloseTo(factorial?.difference ?? 0, 10);
    expect(factorial?.difference).toBeCloseTo(0.0495, 10);
    // The head does the same with every seed, and the padding does nothing with any.
    expect(term('head')).toMatchObject({ p: null, overSeeds: null });
    expect(term('padding')).toMatchObject({ effect: 0, p: null, interval: null, overSeeds: null });
    expect(factorial === null ? [] : factorialWords(factorial).notes).toContain(
      '6 terms have exactly the same effect in every seed. Their spread cannot be estimated, so they have no interval and no p. More seeds help.',
    );
    expect(sides?.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(verdict).toMatchObject({ seeds: 2, generalises: 'seedsAndReviews' });
  });

  test('of reviews with one label has no terms, but the reason', async () => {
    isOneClass = true;
    const { factorial, verdict } = await judge([1, 2].flatMap(addGrid));
    expect(factorial).toBeNull();
    expect(verdict.sentence).toMatch(/^All 1000 test reviews have the same label/);
  });

  test('keeps its older keys, and a pooled model that judges nothing', async () => {
    const { factorial } = await judge([1, 2].flatMap(addGrid));
    expect(factorialSchema.parse(factorial)).toEqual(factorial);
    const [term] = factorial?.terms ?? [];
    const { interval, p, adjustedP, shareInterval } = term ?? {};
    expect(term?.overSeeds).toMatchObject({ interval, p, adjustedP, shareInterval });
    expect(factorial?.intervalOverSeeds).toEqual(factorial?.interval);
    expect(factorial?.residualDeviation).toBe(factorial?.pooled?.residualDeviation);
    expect(factorial?.pooled).toMatchObject({ degreesOfFreedom: 7, blocks: 2 });
    expect(Object.keys(factorial?.pooled?.terms[0] ?? {}).sort()).toEqual([
      'interval',
      'name',
      'standardError',
    ]);
  });

  test('has means alone below two complete seeds, and names what a seed lacks', async () => {
    const ids = [1, 2].flatMap(addGrid);
    const { factorial } = await judge(ids.filter((runId) => runId !== 'g62'));
    expect(factorial).toMatchObject({
      runs: 15,
      blocks: 1,
      interval: null,
      intervalOverSeeds: null,
      pooled: null,
      leftOut: [{ seed: 2, missing: [{ embedding: true, padding: true, head: false }] }],
    });
    expect(factorial?.terms[0]).toMatchObject({ interval: null, p: null, overSeeds: null });
    expect(factorial?.terms[0]?.effect).toBeCloseTo(0.04, 2);
  });

  test('names the run in the trash that a seed lacks, which need not be trained again', async () => {
    [1, 2, 3].flatMap(addGrid);
    runs.service.remove({ runIds: ['g62'] });
    const { factorial } = await experiments.judgeExperiment('e1', 'best');
    expect(factorial).toMatchObject({
      leftOut: [{ seed: 2, missing: [{ embedding: true, padding: true, head: false }] }],
      leftOutInTrash: [{ seed: 2, runId: 'g62', embedding: true, padding: true, head: false }],
    });
    const notes = factorial === null ? [] : factorialWords(factorial).notes;
    expect(notes.join(' ')).toContain('No term is settled without it.');
    expect(notes.join(' ')).toContain('runs restore g62');
    expect(notes.join(' ')).not.toContain('train shared');
  });

  test('names a seed whose runs are all in the trash, and nothing of another setting there', async () => {
    [1, 2, 3].flatMap(addGrid);
    add('other', { seed: 4, epochs: 9 }, 100);
    runs.service.remove({
      runIds: [...[0, 1, 2, 3, 4, 5, 6, 7].map((cell) => `g${cell}2`), 'other'],
    });
    const { factorial } = await experiments.judgeExperiment('e1', 'best');
    expect(factorial?.leftOut.map(({ seed, missing }) => [seed, missing.length])).toEqual([[2, 8]]);
    expect(factorial?.leftOutInTrash.map(({ runId }) => runId)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((cell) => `g${cell}2`),
    );
  });
});
