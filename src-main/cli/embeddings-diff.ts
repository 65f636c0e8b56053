import {
  mostSeeds,
  type Diff,
  type DiffWord,
  type ShownTableMeasure,
} from '#contract/embedding-diff.ts';
import { alignmentStrength } from '#core/embeddings/alignment-strength.ts';
import { floorSides } from '#core/embeddings/floor-sides.ts';
import { rankingText } from '#core/embeddings/ranking-text.ts';
import { measuresOf, tableFigureText } from '#core/embeddings/table-figures.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import { choiceOption, numberOption } from './arguments.ts';
import type { Command } from './command.ts';
import { compareNamed, readingLines } from './embedding-tables.ts';
import { count, decimal, table } from './text.ts';

export const embeddingsDiff: Command = {
  name: 'embeddings diff',
  operands: 'SNAP SNAP',
  least: 2,
  most: 2,
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
    if (!out.isJson) for (const line of linesOf(diff, reading)) out.line(line);
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

/** By id. */
function allWords({ diffs }: App['services'], { diffId, words }: Diff) {
  const rows: DiffWord[] = [];
  while (rows.length < words) {
    const request = { diffId, order: 'frequent', offset: rows.length, count: 1000 } as const;
    rows.push(...diffs.words(request).rows);
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

function linesOf(diff: Diff, reading: readonly string[]): string[] {
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
    procrustesDistanceRoot: m.cli_measure_procrustes(),
    debiasedCka: m.cli_measure_cka(),
    rsa: m.cli_measure_rsa(),
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
