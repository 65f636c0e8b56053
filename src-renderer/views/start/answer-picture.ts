import type { Answer, Verdict } from '#contract/experiment.ts';
import type { IntervalRow } from '#core/charts/strip.ts';
import { decidingInference } from '#core/experiment/deciding.ts';
import { verdictItems } from '#core/experiment/verdict-items.ts';
import { signed } from '#core/wording/number-text.ts';
import * as m from '#messages';

type Judgement = NonNullable<Answer['judgement']>;

export type AnswerPicture = Readonly<{
  rows: readonly IntervalRow[];
  /** Half width of the band, in points. */
  margin: number;
  names: readonly [string, string];
  /** A run of each side. */
  runIds: readonly [string, string];
  spoken: string;
}>;

/** The seeds over the interval; under several settings an interval for each. Null where there is nothing to draw. */
export function pictureOf({ sides, strata, verdict, seeds }: Judgement): AnswerPicture | null {
  const [first] = strata ?? [];
  if (strata !== null && first !== undefined) {
    const rows = strata.map((of) => rowOf(of.name, of.verdict));
    const { sides: names, verdict: any } = first;
    return {
      ...drawn(rows, any),
      names,
      runIds: [first.runIds[0] ?? '', first.runIds.at(-1) ?? ''],
    };
  }
  const [pair] = seeds;
  if (sides === null || pair === undefined) return null;
  const dots = seeds.map(({ difference }) => difference * 100);
  const whole = rowOf('', verdict);
  return {
    ...drawn(
      [
        { ...whole, isStrong: false, interval: null, dots },
        ...(whole.interval === null ? [] : [whole]),
      ],
      verdict,
    ),
    names: [sides[0].name, sides[1].name],
    runIds: pair.runIds,
  };
}

function rowOf(label: string, verdict: Verdict): IntervalRow {
  const decides = decidingInference(verdict);
  const difference = (verdict.difference ?? 0) * 100;
  return {
    label,
    difference,
    isStrong: true,
    absent: '',
    ...(decides === null
      ? { interval: null, dots: verdict.difference === null ? [] : [difference] }
      : { interval: [decides.interval95[0] * 100, decides.interval95[1] * 100] as const }),
  };
}

const drawn = (rows: readonly IntervalRow[], { margin }: Verdict) => ({
  rows,
  margin: margin * 100,
  spoken: rows
    .map(({ label, interval, dots = [], difference }) =>
      [
        label === '' ? [] : label,
        interval === null
          ? dots.map((value) => signed(value, 2)).join(', ')
          : m.compare_interval({
              difference: signed(difference, 2),
              low: signed(interval[0], 2),
              high: signed(interval[1], 2),
            }),
      ]
        .flat()
        .join(': '),
    )
    .join('. '),
});

const secondLine = new Set(['evidence', 'soFar', 'unfinished']);

/** What the sentence rests on. */
export const evidenceOf = (judgement: Judgement): string =>
  verdictItems(judgement).find(({ kind }) => secondLine.has(kind))?.text ?? '';
