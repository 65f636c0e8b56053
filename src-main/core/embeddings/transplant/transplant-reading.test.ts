import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import type { Diff } from '#contract/embedding-diff.ts';
import type { Transplant, TransplantControl } from '#contract/transplant.ts';

import { setLanguage } from '../../wording/language.ts';
import { agreementLines, transplantLines } from '../reading-words.ts';
import { directionsNeeded, pairedDifference, transplantReading } from './transplant-reading.ts';

/** From fixtures/make-transplant-controls.py: errors of each k and of the aligned table over the same reviews. */
const { needed } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../fixtures/transplant-controls.json'), 'utf8'),
) as {
  needed: {
    reviews: number;
    aligned: number;
    controls: { k: number; accuracy: number; flips: number }[];
    needed: { k: number; difference: number; margin: number };
  }[];
};

test('a difference has the interval of paired reviews', () => {
  const { difference, margin } = pairedDifference({ accuracy: 0.8 }, { accuracy: 0.85 }, 60, 400);
  expect(difference).toBeCloseTo(-0.05, 12);
  // 20 of 60 flips are gains: variance (0.15 - 0.05^2) / 400.
  expect(margin).toBeCloseTo(1.96 * Math.sqrt(0.1475 / 400), 12);
  expect(pairedDifference({ accuracy: 1 }, { accuracy: 1 }, 0, 4).margin).toBe(0);
});

test.each(needed)('the smallest k is the reference’s: $needed.k', (of) => {
  const controls = of.controls.map(({ k, accuracy, flips }) => control(k, accuracy, flips));
  const found = directionsNeeded(controls, { accuracy: of.aligned }, of.reviews);
  expect(found).toMatchObject({ k: of.needed.k, of: 8 });
  expect(found?.difference).toBeCloseTo(of.needed.difference, 10);
  expect(found?.margin).toBeCloseTo(of.needed.margin, 10);
});

const control = (k: number, accuracy: number, flipsFromAligned = 80): TransplantControl => ({
  ...{ kind: 'directions', k, accuracy, loss: 0.5, flips: 80, flipsFromAligned },
});
const rotation = (accuracy: number, seed = 1): TransplantControl => ({
  ...{ kind: 'randomRotation', seed, accuracy, loss: 0.7, flips: 400, flipsFromAligned: 400 },
});

function transplanted(
  accuracies: Readonly<Record<'own' | 'aligned' | 'raw' | 'untrained', number>>,
  controls: readonly TransplantControl[] | null,
): Transplant {
  const pass = (accuracy: number, flips = 400) => ({ accuracy, loss: 0.5, flips });
  const { own, aligned, raw, untrained } = accuracies;
  return {
    ...{ diffId: 'd', donor: 0, receiver: 1, createdAt: '', reviews: 1000 },
    passes: {
      own: pass(own, 0),
      aligned: pass(aligned),
      raw: pass(raw),
      untrained: pass(untrained),
    },
    controls: controls === null ? null : [...controls],
    ...{ wordsMoved: 1, wordsKept: { count: 0, words: [] }, notes: [], seconds: 1 },
  };
}

test.each([
  ['survives', { own: 0.87, aligned: 0.86, raw: 0.53, untrained: 0.52 }, [0.5, 0.55]],
  ['lost', { own: 0.87, aligned: 0.55, raw: 0.53, untrained: 0.52 }, [0.48, 0.54]],
  ['partly', { own: 0.87, aligned: 0.7, raw: 0.53, untrained: 0.52 }, [0.5, 0.55]],
  // Some of the gain is kept, but a random rotation, or its mirror image, keeps as much.
  ['lost', { own: 0.87, aligned: 0.7, raw: 0.53, untrained: 0.52 }, [0.4, 0.69]],
  ['lost', { own: 0.87, aligned: 0.7, raw: 0.53, untrained: 0.52 }, [0.4, 0.29]],
  ['anyRotation', { own: 0.87, aligned: 0.86, raw: 0.53, untrained: 0.52 }, [0.84, 0.3]],
  ['asIs', { own: 0.87, aligned: 0.87, raw: 0.87, untrained: 0.52 }, [0.5, 0.5]],
  ['unread', { own: 0.53, aligned: 0.53, raw: 0.52, untrained: 0.52 }, [0.5, 0.5]],
  ['unread', { own: 0.5, aligned: 0.53, raw: 0.52, untrained: 0.52 }, [0.5, 0.5]],
] as const)('the reading is %s', (kind, accuracies, random) => {
  const controls = [
    ...[1, 2].map((k) => control(k, accuracies.aligned - (k === 1 ? 0.1 : 0.002))),
    control(4, accuracies.aligned, 0),
    ...random.map(rotation),
  ];
  const reading = transplantReading(transplanted(accuracies, controls));
  expect(reading.kind).toBe(kind);
  expect(reading.chance).toBe(Math.max(...random, ...random.map((accuracy) => 1 - accuracy)));
  if (kind === 'lost' || kind === 'unread' || kind === 'anyRotation')
    expect(reading.directions).toBeNull();
  else expect(reading.directions).toMatchObject({ k: 2, of: 4 });
});

const nameOf = (table: number): string => ['A-CNN', 'B'][table] ?? '';
function pairOf(heldOutCosine: number | null, isSameFrame = false): Diff['pairs'][number] {
  const figures = { heldOutCosine } as Diff['pairs'][number]['figures'];
  const chance = { heldOutCosine: -0.01 } as Diff['pairs'][number]['chance'];
  return {
    ...{ first: 0, second: 1, isSameFrame, lengthRatio: 1, figures, chance },
    ...{ floor: null, floorGap: null, notes: [] },
  };
}
const tableOf = (runId: string, seed: number) => ({ runId, seed }) as Diff['tables'][number];
const tables = [tableOf('a', 1), tableOf('b', 2)];
const ofTables = { request: { subject: 'table' } } as Diff;
const accuracies = { own: 0.87, aligned: 0.86, raw: 0.53, untrained: 0.52 };
const controls = [control(1, 0.861), control(24, 0.86, 0), rotation(0.54)];

test('weak agreement and a transplant that works are said together, never against each other', () => {
  setLanguage('en');
  const whole = transplanted(accuracies, controls);
  const weak = 'The tables as a whole agree weakly (held-out cosine 0.20, chance −0.01).';
  const survives = 'nearly all information that the model of B uses survives the alignment.';
  const directions =
    'With only the strongest of the 24 directions of the aligned table, the accuracy does not differ clearly (0.10 points compared with all 24, 95% CI −1.65 to 1.85).';
  expect(agreementLines(ofTables, pairOf(0.2), [whole], nameOf)).toEqual({
    isOpen: false,
    lines: [weak, `But ${survives}`, directions],
  });
  expect(transplantLines(tables, pairOf(0.2), whole, nameOf)).toEqual({
    lines: [weak, `But ${survives}`, directions],
    evidence: [
      "The aligned table gains 34.00 points over the untrained table; the receiver's own table gains 35.00.",
      'The aligned table reaches 86.00 %. The best of 1 random rotations reaches 54.00 %.',
      'This result is from two runs with one seed each. Other seeds may differ.',
    ],
  });
  const lines = (cosine: number | null, of: Transplant) =>
    agreementLines(ofTables, pairOf(cosine), [of], nameOf).lines;
  expect(lines(0.8, whole)[1]).toBe(`And ${survives}`);
  expect(lines(null, whole)[0]).toMatch(
    /hardly more than chance \(held-out cosine (–|—|undefined|NaN)/,
  );
  const lost = transplanted({ ...accuracies, aligned: 0.54 }, controls);
  expect(lines(0.8, lost)[1]).toMatch(
    /^But the information that the model of B uses does not survive/,
  );
  expect(lines(0.2, lost)[1]).toMatch(
    /^And the information that the model of B uses does not survive/,
  );
});

test('between two epochs of one run nothing is aligned, and nothing is said of an alignment', () => {
  setLanguage('en');
  const whole = transplanted(accuracies, controls);
  const oneRun = [tableOf('a', 1), tableOf('a', 1)];
  expect(transplantLines(oneRun, pairOf(1, true), whole, nameOf)).toEqual({
    lines: [
      'The tables are two epochs of one run and already share their axes.',
      'With this table, the model of B reaches 53.00 %. With its own table, it reaches 87.00 %.',
    ],
    evidence: ['This result is from one run and one seed. Another seed may differ.'],
  });
});

test('the interval stands with every number of directions, also where fewer than all lose', () => {
  setLanguage('en');
  const linesOf = (of: readonly TransplantControl[]) => {
    const whole = transplanted(accuracies, [...of, rotation(0.54)]);
    return transplantLines(tables, pairOf(0.2), whole, nameOf);
  };
  const lossOf8 =
    /^With the 8 strongest of the 16 .* the model loses accuracy \(−5\.00 points compared with all 16, 95% CI −6\.\d\d to −3\.\d\d\)/;
  const lost = [control(4, 0.7), control(8, 0.81)];
  const all = linesOf([...lost, control(16, 0.86, 0)]);
  expect(all.lines[2]).toMatch(lossOf8);
  expect(all.evidence.join(' ')).not.toMatch(/directions/);
  const some = linesOf([...lost, control(12, 0.859), control(16, 0.86, 0)]);
  expect(some.lines[2]).toMatch(
    /^With the 12 strongest of the 16 .* the accuracy does not differ clearly \(−0\.10 points .* CI /,
  );
  expect(some.evidence.some((line) => lossOf8.test(line))).toBe(true);
  // Nothing fewer was tried, and nothing is said of it.
  expect(linesOf([control(16, 0.86, 0)]).lines).toHaveLength(2);
});

test('an interval above 0 is a gain, not a loss that was not found', () => {
  setLanguage('en');
  const gained = [control(1, 0.871, 20), control(16, 0.86, 0), rotation(0.54)];
  const { lines } = transplantLines(tables, pairOf(0.2), transplanted(accuracies, gained), nameOf);
  expect(lines[2]).toMatch(
    /^With only the strongest of the 16 directions of the aligned table, the model gains accuracy \(1\.10 points compared with all 16, 95% CI 0\.2\d to 1\.9\d\)\.$/,
  );
});

test('what the aligned table gives beside the own one is said as it was measured', () => {
  setLanguage('en');
  const said = (aligned: number, flips: number) => {
    const whole = transplanted({ ...accuracies, aligned }, controls);
    const passes = { ...whole.passes, aligned: { ...whole.passes.aligned, flips } };
    return transplantLines(tables, pairOf(0.2), { ...whole, passes }, nameOf).lines[1];
  };
  expect(said(0.869, 40)).toBe(
    'But nearly all information that the model of B uses survives the alignment.',
  );
  expect(said(0.85, 40)).toMatch(
    /^But nearly all .* survives the alignment\. The model loses 2\.00 points compared with its own table \(95% CI 0\.7\d to 3\.2\d\)\.$/,
  );
  expect(said(0.87, 40)).toBe(
    'But the model of B gains as much from the aligned table as from its own.',
  );
  expect(said(0.88, 20)).toMatch(
    /^But the model of B gains 1\.00 points more from the aligned table than from its own \(95% CI 0\.1\d to 1\.8\d\)\.$/,
  );
});

test('a table that fits without an alignment is read with its loss, and with the seed that it shares', () => {
  setLanguage('en');
  const said = (raw: number, flips: number, seed = 1) => {
    const whole = transplanted({ ...accuracies, raw }, controls);
    const passes = { ...whole.passes, raw: { ...whole.passes.raw, flips } };
    const { lines } = agreementLines(
      { ...ofTables, tables: [tableOf('a', 1), tableOf('b', seed)] },
      pairOf(0.2),
      [{ ...whole, passes }],
      nameOf,
    );
    return lines;
  };
  const kept =
    'Without an alignment, the model of B keeps nearly all that it gains from training its table.';
  expect(said(0.869, 40)[1]).toBe(kept);
  expect(said(0.85, 40)[1]).toMatch(
    /^Without an alignment, the model .* keeps nearly all .*\. The model loses 2\.00 points compared with its own table \(95% CI 0\.7\d to 3\.2\d\)\.$/,
  );
  expect(said(0.87, 40)[1]).toMatch(/gains as much from the other table as from its own\.$/);
  expect(said(0.88, 20)[1]).toMatch(/gains 1\.00 points more from the other table than/);
  expect(said(0.85, 40).join(' ')).toMatch(
    /Both runs use seed 1\. .* Tables of different seeds may match only after an alignment\./,
  );
  expect(said(0.85, 40, 2).join(' ')).not.toMatch(/Both runs use seed/);
});

test('runs of one seed are said to share what they share, and to be one seed of each', () => {
  setLanguage('en');
  const whole = transplanted(accuracies, controls);
  const evidenceOf = (first: object, second: object) =>
    transplantLines(
      [
        { ...tableOf('a', 3), ...first },
        { ...tableOf('b', 3), ...second },
      ],
      pairOf(0.2),
      whole,
      nameOf,
    ).evidence.slice(-2);
  const start = { branch: 'shared', rows: 9, dims: 24, startHash: null } as const;
  const [unlike, scope] = evidenceOf({ ...start, branch: 'lstm' }, start);
  expect(unlike).toMatch(
    /^Both runs use seed 3, but their embedding tables started from different/,
  );
  expect(scope).toBe('This result is from two runs with one seed each. Other seeds may differ.');
  const alike = /all weights of the same name and shape started from equal values/;
  expect(evidenceOf(start, start)[0]).toMatch(alike);
  expect(evidenceOf({ ...start, startHash: 'x' }, { ...start, startHash: 'x' })[0]).toMatch(alike);
  for (const other of [{ dims: 12 }, { rows: 8 }])
    expect(evidenceOf(start, { ...start, ...other })[0]).not.toMatch(alike);
  expect(evidenceOf({ ...start, startHash: 'x' }, { ...start, startHash: 'y' })[0]).not.toMatch(
    alike,
  );
});

test('a gain that is none is not called one', () => {
  setLanguage('en');
  const first = (own: number) =>
    transplantLines(
      tables,
      pairOf(0.2),
      transplanted({ own, aligned: 0.52, raw: 0.52, untrained: 0.5204 }, controls),
      nameOf,
    ).evidence[0];
  expect(first(0.52)).toBe(
    'The trained table does not gain over the untrained one (−0.04 points).',
  );
  expect(first(0.521)).toMatch(/gains only 0\.06 points/);
});

test('a loss against the untrained table has its sign, and a mirror image is named', () => {
  setLanguage('en');
  const worse = transplanted({ ...accuracies, aligned: 0.51 }, [
    control(24, 0.51, 0),
    rotation(0.38),
  ]);
  const { evidence } = transplantLines(tables, pairOf(0.2), worse, nameOf);
  expect(evidence[0]).toMatch(/^The aligned table gains −1\.00 points over the untrained table/);
  expect(evidence[1]).toMatch(
    /mirror images counts as 62\.00 %\. One rotation reaches 38\.00 %; its mirror image reverses nearly every prediction\.$/,
  );
});

test('where no transplant was run, or none with controls, it says what to do', () => {
  setLanguage('en');
  const open = agreementLines(ofTables, pairOf(0.2), [], nameOf);
  expect(open.isOpen).toBe(true);
  expect(open.lines[1]).toMatch(/^The transplant test shows whether/);
  const movement = { request: { subject: 'movement' } } as Diff;
  expect(agreementLines(movement, pairOf(0.2), [], nameOf).lines).toHaveLength(1);
  // Between other tables.
  const other = { ...transplanted(accuracies, controls), donor: 2 };
  expect(agreementLines(ofTables, pairOf(0.2), [other], nameOf).isOpen).toBe(true);
  const [, earlier] = agreementLines(
    ofTables,
    pairOf(0.2),
    [transplanted(accuracies, null)],
    nameOf,
  ).lines;
  expect(earlier).toMatch(/without controls\. Run the transplant test again/);
});

test('no reading speaks of a rotation that explains a difference, in either language', () => {
  for (const language of ['en', 'ko'] as const) {
    setLanguage(language);
    for (const of of [transplanted(accuracies, controls), transplanted(accuracies, null)]) {
      const { lines } = transplantLines(tables, pairOf(0.2), of, nameOf);
      expect(lines.join(' ')).not.toMatch(/rotation|회전/);
    }
  }
  setLanguage('en');
});
