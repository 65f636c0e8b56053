import {
  type Diff,
  type DiffWord,
  mostSeeds,
  type ShownTableMeasure,
} from '#contract/embedding-diff.ts';
import { AppError, toFailure } from '#contract/failure.ts';
import { type CallOutput, calls } from '#contract/index.ts';
import type { Transplant, TransplantControl } from '#contract/transplant.ts';
import { alignmentStrength } from '#core/embeddings/compare/alignment-strength.ts';
import { floorSides } from '#core/embeddings/compare/floor-sides.ts';
import { rankingText } from '#core/embeddings/ranking/ranking-text.ts';
import { transplantLines } from '#core/embeddings/reading-words.ts';
import { measuresOf, tableFigureText } from '#core/embeddings/table-figures.ts';
import {
  pairedDifference,
  transplantReading,
} from '#core/embeddings/transplant/transplant-reading.ts';
import { branchWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { App } from '../../features/app.ts';
import { choiceOption, numberOption } from '../arguments.ts';
import type { Command } from '../command.ts';
import { compareNamed, compareTables, readingLines, tableNames } from '../show/embedding-tables.ts';
import { count, decimal, percent, table } from '../show/text.ts';

export const embeddingsDiff: Command = {
  name: 'embeddings diff',
  operands: 'SNAP SNAP',
  summary: m.cli_embeddings_diff,
  options: {
    'min-count': { value: 'N', text: m.cli_embeddings_diff_min_count },
    'min-neighbour-count': { value: 'N', text: m.cli_embeddings_diff_min_neighbour_count },
    subject: { value: 'WHAT', text: m.cli_embeddings_diff_subject },
    seeds: { value: 'N', text: m.cli_embeddings_diff_seeds },
    full: { text: m.cli_embeddings_diff_full },
  },
  async run(args, { app, out }) {
    const bounds = { min: 1, max: 1_000_000_000 };
    const minCount = numberOption(args, 'min-count', bounds);
    const minNeighbourCount = numberOption(args, 'min-neighbour-count', bounds);
    const seeds = numberOption(args, 'seeds', { min: 1, max: mostSeeds });
    const subject = choiceOption(args, 'subject', ['table', 'movement']);
    const services = app().services;
    const diff = await compareNamed(services, args.operands, out, {
      ...(minCount === undefined ? {} : { minCount }),
      ...(minNeighbourCount === undefined ? {} : { minNeighbourCount }),
      ...(subject === undefined ? {} : { subject }),
      ...(seeds === undefined ? {} : { seeds }),
    });
    const isFull = args.switches.has('full');
    const reading = diff.pairs.flatMap((pair) => readingLines(services, diff, pair));
    out.json({
      ...factsOf(diff),
      reading,
      ...(isFull ? { perWord: allWords(services, diff) } : {}),
    });
    if (!out.isJson) for (const line of diffLines(diff, reading)) out.line(line);
  },
};

function factsOf(diff: Diff) {
  const [pair] = diff.pairs;
  if (pair === undefined) throw new Error('A comparison of two tables has a pair.');
  const { figures, chance, floor, lengthRatio, standardErrors } = pair;
  const whole = ({ meanJaccard10, meanJaccard50, meanJaccard250, ...rest }: typeof figures) => ({
    ...rest,
    meanJaccard: { '10': meanJaccard10, '50': meanJaccard50, '250': meanJaccard250 },
  });
  return {
    diffId: diff.diffId,
    tables: diff.tables,
    words: diff.words,
    neighbourWords: diff.neighbourWords,
    minCount: diff.minCount,
    minNeighbourCount: diff.minNeighbourCount,
    dropped: diff.dropped,
    lengthRatio,
    chanceCosine: chance.fittedCosine,
    ...whole(figures),
    chance: whole(chance),
    standardErrors: standardErrors && { ...standardErrors, chance: whole(standardErrors.chance) },
    rankingReliability: pair.rankingReliability && reliabilityOf(pair.rankingReliability),
    floor: floor && {
      ...floor,
      within: whole(floor.within),
      sides: floor.sides?.map((side) => side && whole(side)),
      across: whole(floor.across),
    },
    floorGap: pair.floorGap,
    isAligned: !pair.isSameFrame,
    alignment: alignmentStrength(pair),
    centring: diff.request.centring,
    subject: diff.request.subject,
    notes: pair.notes,
  };
}

function reliabilityOf({
  measures: { jaccard10, jaccard50, jaccard250, ...measures },
  ...how
}: NonNullable<Diff['pairs'][number]['rankingReliability']>) {
  const jaccard = { '10': jaccard10, '50': jaccard50, '250': jaccard250 };
  return { ...how, measures: { ...measures, jaccard } };
}

const byFrequency = { pair: 0, measure: 'alignedCosine', order: 'frequent', count: 1000 } as const;

/** By id. */
function allWords({ diffs }: App['services'], { diffId, words }: Diff) {
  const rows: DiffWord[] = [];
  while (rows.length < words) {
    rows.push(...diffs.words({ diffId, ...byFrequency, offset: rows.length }).rows);
  }
  return rows
    .sort((a, b) => a.id - b.id)
    .map(({ word, id, count: occurrences, logOdds, pairs, tables }) => {
      const [pair] = pairs;
      if (pair === undefined) throw new Error('A comparison of two tables has a pair.');
      const { floor, ...figures } = pair;
      return {
        word,
        id,
        count: occurrences,
        ...byNeighbours(figures),
        floor: floor && { within: byNeighbours(floor.within), across: byNeighbours(floor.across) },
        logOdds,
        tables,
      };
    });
}

function byNeighbours({
  jaccard10,
  jaccard50,
  jaccard250,
  ...figures
}: Omit<DiffWord['pairs'][number], 'floor'>) {
  return { ...figures, jaccard: { '10': jaccard10, '50': jaccard50, '250': jaccard250 } };
}

function diffLines(diff: Diff, reading: readonly string[]): string[] {
  const [pair] = diff.pairs;
  if (pair === undefined) return [];
  const { figures, chance, floor } = pair;
  const sides = floorSides(diff.tables, pair);
  const header = [
    m.cli_column_measure(),
    m.cli_column_value(),
    m.cli_column_chance(),
    ...sides.map(({ name }) => m.cli_column_within({ name })),
    ...(floor === null ? [] : [m.cli_column_across()]),
  ];
  const names = {
    fittedCosine: m.cli_measure_fitted_cosine(),
    heldOutCosine: m.cli_measure_held_out_cosine(),
    procrustesDistanceRoot: m.report_procrustes(),
    debiasedCka: m.common_cka_debiased(),
    rsa: m.common_rsa(),
    meanJaccard10: m.cli_measure_jaccard({ k: 10 }),
    meanJaccard50: m.cli_measure_jaccard({ k: 50 }),
    meanJaccard250: m.cli_measure_jaccard({ k: 250 }),
    meanSecondOrder: m.cli_measure_second_order(),
  } as const satisfies Record<ShownTableMeasure, string>;
  const rows = measuresOf(pair).map((name) => {
    const written = (column: 'figures' | 'chance' | 'floor', value: number | null): string =>
      value === null ? decimal(null) : tableFigureText(pair, name, column, value, decimal);
    return [
      names[name],
      written('figures', figures[name]),
      written('chance', chance[name]),
      ...sides.map((side) => written('floor', side.figures[name])),
      ...(floor === null ? [] : [written('floor', floor.across[name])]),
    ];
  });
  const left = diff.dropped.map(({ reason, count: words }) =>
    m.cli_embeddings_dropped({ reason, count: count(words) }),
  );
  return [
    m.cli_embeddings_diff_words({ words: count(diff.words), minCount: diff.minCount }),
    ...left,
    m.cli_embeddings_length_ratio({ ratio: decimal(pair.lengthRatio, 2) }),
    ...table(header, rows, header.slice(1)),
    ...reading,
    ...rankingText(diff.tables, pair),
    ...pair.notes,
  ];
}

export const embeddingsTransplant: Command = {
  name: 'embeddings transplant',
  operands: 'DONOR RECEIVER',
  summary: m.cli_embeddings_transplant,
  options: {},
  async run(args, { app, out }) {
    const { services } = app();
    const diff = await compareNamed(services, args.operands, out);
    const transplant = await transplanted(services, diff.diffId, (share) => {
      out.status(m.cli_embeddings_transplant_progress({ percent: Math.round(100 * share) }));
    });
    const { kind, kept, gain, directions } = transplantReading(transplant);
    const reading = diff.pairs.flatMap((pair) => {
      const { lines, evidence } = transplantLines(diff.tables, pair, transplant, tableNames(diff));
      return [...lines, ...evidence];
    });
    out.json({
      ...transplant,
      ...transplant.passes,
      verdict: { kind, kept, gain },
      directionsNeeded: directions,
      reading,
    });
    for (const line of outcomeLines(transplant, reading)) out.line(line);
  },
};

/** The first table in the place of the second. */
async function transplanted(
  { transplants }: App['services'],
  diffId: string,
  onShare: (share: number) => void,
): Promise<Transplant> {
  const { signal } = new AbortController();
  return transplants.evaluate({ diffId, donor: 0, receiver: 1 }, { signal, onProgress: onShare });
}

const names = {
  aligned: m.cli_transplant_aligned,
  raw: m.cli_transplant_raw,
  untrained: m.cli_transplant_untrained,
} as const;

function controlName({ kind, k = 0, seed = 0 }: TransplantControl): string {
  switch (kind) {
    case 'directions':
      return m.cli_transplant_directions({ k });
    case 'randomRotation':
      return m.cli_transplant_random({ seed });
    case 'permutedAxes':
      return m.cli_transplant_permuted({ seed });
  }
}

function outcomeLines(
  { passes, controls, reviews, wordsMoved, wordsKept, notes }: Transplant,
  reading: readonly string[],
): string[] {
  const header = [
    m.cli_column_table(),
    m.cli_column_accuracy(),
    m.fields_unit_loss(),
    m.cli_column_against_own(),
    m.cli_column_flips(),
  ];
  const figures = ({ accuracy, loss }: Transplant['passes']['own']) => [
    percent(accuracy),
    decimal(loss),
  ];
  const row = (name: string, pass: Transplant['passes']['own']): string[] => {
    const { difference, margin } = pairedDifference(pass, passes.own, pass.flips, reviews);
    return [name, ...figures(pass), `${points(difference)} ± ${points(margin)}`, count(pass.flips)];
  };
  const { own, ...others } = passes;
  return [
    m.cli_transplant_words({
      moved: count(wordsMoved),
      kept: count(wordsKept.count),
      reviews: count(reviews),
    }),
    ...table(
      header,
      [
        [m.cli_transplant_own(), ...figures(own), '', ''],
        ...(['aligned', 'raw', 'untrained'] as const).map((name) =>
          row(names[name](), others[name]),
        ),
        // All directions are the aligned table.
        ...(controls ?? [])
          .filter((control) => control.flipsFromAligned > 0 || control.kind !== 'directions')
          .map((control) => row(controlName(control), control)),
      ],
      header.slice(1),
    ),
    ...reading,
    ...notes,
  ];
}

const points = (fraction: number): string => (fraction * 100).toFixed(2);

type SentencePanel = CallOutput<'embeddings.sentence'>['panels'][number];

export const embeddingsSentence: Command = {
  name: 'embeddings sentence',
  operands: 'RUN...',
  most: 4,
  summary: m.cli_embeddings_sentence,
  options: {
    text: { value: 'T', text: m.cli_embeddings_sentence_text },
    epoch: { value: 'N', text: m.cli_embeddings_sentence_epoch },
  },
  async run(args, { app, out }) {
    const { text } = args.values;
    if (text === undefined)
      throw new AppError('invalid', m.cli_embeddings_sentence_needs_text(), { field: 'text' });
    const epoch = numberOption(args, 'epoch', { min: 0, max: 10_000 });
    const { runs, embeddings } = app().services;
    const request = calls['embeddings.sentence'].input.parse({
      runIds: args.operands.map((name) => runs.resolve(name)),
      source: { kind: 'text', text },
      epoch,
    });
    const sentence = await embeddings.sentence(request);
    const panels = sentence.panels.map(({ values, ...panel }) => ({
      ...panel,
      rows: rowsOf(values, panel.dims),
    }));
    const aligned = await alignedOf(app().services, sentence.panels, text);
    out.json({ ...sentence, isAligned: false, panels, aligned });
    for (const panel of panels) {
      out.line(
        m.cli_panel({ runId: panel.runId, branch: branchWord(panel.branch), epoch: panel.epoch }),
      );
      const rows = sentence.tokens.map((token, index) => {
        const row = panel.rows[index] ?? [];
        const shown = row
          .slice(0, 6)
          .map((value) => value.toFixed(3))
          .join(' ');
        return [
          token.word,
          String(token.id),
          Math.hypot(...row).toFixed(3),
          `${shown}${row.length > 6 ? ' …' : ''}`,
        ];
      });
      const header = [
        m.cli_column_word(),
        m.cli_column_id(),
        m.cli_column_length(),
        m.cli_column_values(),
      ];
      for (const line of table(header, rows, header.slice(1, 3))) out.line(line);
      out.line();
    }
    // Why there are no aligned rows, or what has to be known of them.
    for (const line of sentenceLines(aligned)) out.line(line);
  },
};

/**
 * The first three panels in one frame, with the differences of every two: rows along the frame's axes. Where the tables cannot be
 * compared, the reason.
 */
async function alignedOf(
  services: App['services'],
  panels: readonly SentencePanel[],
  text: string,
) {
  if (panels.length < 2) return null;
  try {
    const diff = await compareTables(services, {
      tables: panels.slice(0, 3).map(({ snapshotId }) => ({ kind: 'snapshot', snapshotId })),
      isKept: false,
    });
    const { diffId, pairs } = diff;
    const source = { kind: 'text', text } as const;
    const { tokens, axes, tables, differences, notes } = await services.diffs.sentence({
      diffId,
      source,
      axes: 'all',
    });
    return {
      diffId,
      tokens,
      // Rows and differences lie in the frame of all tables; `cosines` are of each pair under its own rotation.
      frame: 'common',
      cosinesFrame: 'pair',
      axisShares: axes.map(({ share }) => share),
      panels: tables.map((values, index) => ({
        snapshotId: panels[index]?.snapshotId,
        rows: rowsOf(values, axes.length),
      })),
      pairs: pairs.map((of, pair) => ({
        first: panels[of.first]?.snapshotId,
        second: panels[of.second]?.snapshotId,
        isSameFrame: of.isSameFrame,
        alignment: alignmentStrength(of),
        reading: readingLines(services, diff, of),
        cosines: tokens.map(({ cosines }) => cosines[pair] ?? null),
        difference: rowsOf(differences[pair] ?? '', axes.length),
        notes: of.notes,
      })),
      notes,
    };
  } catch (error) {
    const { kind, message } = toFailure(error);
    if (kind === 'internal') throw error;
    return { reason: message };
  }
}

function sentenceLines(aligned: Awaited<ReturnType<typeof alignedOf>>): string[] {
  if (aligned === null) return [];
  if ('reason' in aligned) return [aligned.reason];
  const { notes, pairs } = aligned;
  return [
    ...notes,
    ...pairs.flatMap(({ first = '', second = '', reading }) => [
      m.embeddings_pair({ first, second }),
      ...reading,
    ]),
  ];
}

/** Row-major [tokens, dims], float32 little-endian, base64. */
function rowsOf(base64: string, dims: number): number[][] {
  const bytes = Buffer.from(base64, 'base64');
  const rowCount = Math.floor(bytes.length / 4 / dims);
  return Array.from({ length: rowCount }, (_, row) =>
    Array.from({ length: dims }, (__, column) => bytes.readFloatLE(4 * (row * dims + column))),
  );
}
