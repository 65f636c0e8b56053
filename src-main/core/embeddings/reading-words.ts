import type { Diff } from '#contract/embedding-diff.ts';
import type { Transplant } from '#contract/transplant.ts';
import * as m from '#messages';

import { accuracy, count, fixed } from '../wording/number-text.ts';
import { alignmentStrength } from './compare/alignment-strength.ts';
import { floorSides } from './compare/floor-sides.ts';
import { beganAlike } from './compare/same-start.ts';
import {
  transplantReading,
  type DirectionsPass,
  type TransplantReading,
} from './transplant/transplant-reading.ts';

/*
 * How two tables agree as a whole, and whether what a model uses survives their alignment: every screen, report and command says it in
 * these sentences, so that none contradicts another.
 */

type Pair = Diff['pairs'][number];

/**
 * How far the two tables agree, then what each transplant between them shows; without one (`isOpen`), that it would show the rest.
 */
export function agreementLines(
  { request, tables }: Pick<Diff, 'request' | 'tables'>,
  pair: Pair,
  transplants: readonly Transplant[],
  nameOf: (table: number) => string,
): Readonly<{ lines: string[]; isOpen: boolean }> {
  const of = between(pair, transplants);
  // What training has added cannot stand in a table's place.
  const isOpen = of.length === 0 && request.subject === 'table';
  return {
    isOpen,
    lines: [
      ...agreement(tables, pair),
      ...of.flatMap((transplant) => [
        ...useLines(pair, transplant, nameOf),
        // Tables that one seed begins alike fit without an alignment.
        ...(alignmentStrength(pair) !== null && transplantReading(transplant).kind === 'asIs'
          ? scope(tables, transplant)
          : []),
      ]),
      ...(isOpen ? [m.embeddings_reading_open()] : []),
    ],
  };
}

/** What the transplants between the two tables of a pair have shown, without their figures. */
export const transplantSentences = (
  pair: Pair,
  transplants: readonly Transplant[],
  nameOf: (table: number) => string,
): string[] =>
  between(pair, transplants).flatMap((transplant) =>
    useLines(pair, transplant, nameOf).slice(0, 1),
  );

const between = ({ first, second }: Pair, transplants: readonly Transplant[]): Transplant[] =>
  transplants.filter(
    ({ donor, receiver }) =>
      (donor === first && receiver === second) || (donor === second && receiver === first),
  );

/** What a transplant shows beside the agreement of the tables, the figures that it rests on, and of what it is true. */
export function transplantLines(
  tables: Diff['tables'],
  pair: Pair,
  transplant: Transplant,
  nameOf: (table: number) => string,
): Readonly<{ lines: string[]; evidence: string[] }> {
  return {
    lines: [...agreement(tables, pair), ...useLines(pair, transplant, nameOf)],
    evidence: [
      ...(alignmentStrength(pair) === null ? [] : evidence(transplant)),
      ...scope(tables, transplant),
    ],
  };
}

/** Tables that one seed begins alike may fit without an alignment. */
function scope(tables: Diff['tables'], { donor, receiver }: Transplant): string[] {
  const [from, to] = [tables[donor], tables[receiver]];
  if (from?.runId == null || to === undefined || from.runId === to.runId)
    return [m.embeddings_scope_one_run()];
  const isSameStart = beganAlike(from, to) ? 'yes' : 'no';
  return [
    ...(from.seed === to.seed && from.seed !== null
      ? [m.embeddings_scope_one_seed({ seed: from.seed, isSameStart })]
      : []),
    m.embeddings_scope_two_runs(),
  ];
}

/** Beside chance, what two seeds agree in: a table may agree weakly with another because it agrees weakly with itself. */
function agreement(tables: Diff['tables'], pair: Pair): string[] {
  const strength = alignmentStrength(pair);
  if (strength === null) return [m.embeddings_reading_same_frame()];
  const read = (value: number | null): string => fixed(value ?? Number.NaN, 2);
  const { kind, heldOut, chance } = strength;
  const seeds = floorSides(tables, pair).map(({ name, figures }) =>
    m.embeddings_reading_seeds_within({ name, heldOut: read(figures.heldOutCosine) }),
  );
  return [
    m.embeddings_reading_agreement({ kind, heldOut: read(heldOut), chance: read(chance) }),
    ...(pair.floor === null
      ? []
      : [
          m.embeddings_reading_seeds({
            within: seeds.join(', '),
            across: read(pair.floor.across.heldOutCosine),
          }),
        ]),
  ];
}

function useLines(pair: Pair, transplant: Transplant, nameOf: (table: number) => string): string[] {
  const receiver = nameOf(transplant.receiver);
  const strength = alignmentStrength(pair);
  if (strength === null) {
    const { raw, own } = transplant.passes;
    const [as, its] = [accuracy(raw.accuracy), accuracy(own.accuracy)];
    return [m.embeddings_reading_one_run({ receiver, raw: as, own: its })];
  }
  if (transplant.controls === null) return [m.embeddings_reading_no_controls({ receiver })];
  const reading = transplantReading(transplant);
  const { directions } = reading;
  // Where only all directions will do, the most that do not.
  const fewest = directions?.k === directions?.of ? directions?.below : directions;
  return [
    useLine(reading, strength.kind === 'fair', receiver),
    ...(directions === null || fewest == null ? [] : [directionsLine(fewest, directions.of)]),
  ];
}

function useLine(
  { kind, againstOwn }: TransplantReading,
  agrees: boolean,
  receiver: string,
): string {
  const link = agrees === (kind === 'lost') ? 'but' : 'and';
  switch (kind) {
    case 'unread':
      return m.embeddings_reading_unread({ receiver });
    case 'anyRotation':
      return m.embeddings_reading_any_rotation({ receiver });
    case 'asIs':
      return m.embeddings_reading_as_is({ ...againstOwnWords(againstOwn), receiver });
    case 'survives':
      return m.embeddings_reading_survives({ ...againstOwnWords(againstOwn), link, receiver });
    case 'partly':
      return m.embeddings_reading_partly({ receiver });
    case 'lost':
      return m.embeddings_reading_lost({ link, receiver });
  }
}

/** A difference from the own table, as the model's: its size, with its interval, is said where that does not reach 0. */
function againstOwnWords({ difference, margin }: TransplantReading['againstOwn']): {
  amount: 'loss' | 'less' | 'equal' | 'more';
  points: string;
  low: string;
  high: string;
} {
  const effect = effectOf({ difference, margin });
  const size = Math.abs(difference);
  return {
    amount:
      effect === 'loss' ? 'loss' : effect === 'gain' ? 'more' : difference < 0 ? 'less' : 'equal',
    points: points(size),
    low: points(size - margin),
    high: points(size + margin),
  };
}

function evidence(transplant: Transplant): string[] {
  const reading = transplantReading(transplant);
  const { kind, chance, directions } = reading;
  const rotations = (transplant.controls ?? []).filter(
    (control) => control.kind === 'randomRotation',
  );
  const [kept, gain] = [points(reading.kept), points(reading.gain)];
  return [
    kind === 'unread'
      ? m.embeddings_reading_gain({ isGain: reading.gain > 0 ? 'yes' : 'no', gain })
      : m.embeddings_reading_kept({ table: keptTable(reading), kept, gain }),
    ...(chance === null || kind === 'unread'
      ? []
      : [
          m.embeddings_reading_chance({
            isMirrored: rotations.some((control) => control.accuracy === chance) ? 'no' : 'yes',
            count: rotations.length,
            chance: accuracy(chance),
            wrong: accuracy(1 - chance),
            aligned: accuracy(transplant.passes.aligned.accuracy),
          }),
        ]),
    ...(directions === null || directions.k === directions.of || directions.below === null
      ? []
      : [directionsLine(directions.below, directions.of)]),
  ];
}

/** A loss or a gain is measured where the whole interval lies on one side of 0. */
function effectOf({
  difference,
  margin,
}: Readonly<{ difference: number; margin: number }>): 'loss' | 'gain' | 'none' {
  if (difference + margin < 0) return 'loss';
  return difference - margin > 0 ? 'gain' : 'none';
}

const directionsLine = ({ k, difference, margin }: DirectionsPass, of: number): string =>
  m.embeddings_reading_directions({
    effect: effectOf({ difference, margin }),
    k: count(k),
    n: count(of),
    difference: points(difference),
    low: points(difference - margin),
    high: points(difference + margin),
  });

const keptTable = ({ kind }: TransplantReading): 'raw' | 'aligned' =>
  kind === 'asIs' ? 'raw' : 'aligned';

const points = (fraction: number): string => fixed(fraction * 100, 2);
