import type { RunConfig } from '#contract/run-config.ts';

/** A colour by the name of its custom property, without the dashes: `a`, `run-3`. */
export type ColourName = string;
export type MarkShape = 'circle' | 'square' | 'triangle';
export type ColourMode = 'variant' | 'run';

/** How a run is drawn, everywhere the same. */
export type RunStyle = Readonly<{
  colour: ColourName;
  /** Line dash in px; empty is solid. */
  dash: readonly number[];
  mark: MarkShape;
  /** Whether text may take the colour (4.5:1); else text colour and a stub of line. */
  isLegibleAsText: boolean;
}>;

type Styled = Readonly<{
  variant: 'A' | 'B' | null;
  colourSlot: number;
  config: Pick<RunConfig, 'embedding' | 'seed'>;
}>;

const dashes: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 3],
  [9, 3, 2, 3],
  [16, 4],
  [9, 3, 2, 3, 2, 3],
  [4, 6],
  [16, 3, 4, 3],
  [1, 6],
  [7, 3, 7, 3, 2, 3],
];
const runColourCount = 12;
const coloursASide = runColourCount / 2;

/** Dash by seed: seed 1 solid, then 7 3, 2 3, 9 3 2 3 and so on; the eleventh is solid again. */
export function dashOfSeed(seed: number): readonly number[] {
  return dashAt(seed - 1);
}

export function styleOfRun(run: Styled, mode: ColourMode): RunStyle {
  const mark = run.variant === 'A' ? 'circle' : run.variant === 'B' ? 'square' : 'triangle';
  if (mode === 'variant') {
    return {
      colour: variantColour(run.variant, run.config.embedding),
      dash: dashOfSeed(run.config.seed),
      mark,
      isLegibleAsText: true,
    };
  }
  // Slots count from 1.
  const index = Math.max(0, Math.trunc(run.colourSlot) - 1);
  return {
    colour: `run-${(index % runColourCount) + 1}`,
    // The 13th run takes the first colour again, with the next dash.
    dash: dashAt(Math.floor(index / runColourCount)),
    mark,
    isLegibleAsText: false,
  };
}

/** Styles by variant, or by run where two runs would look the same; of runs with one colour each takes the next dash. */
export function stylesApart(
  runs: readonly (Styled & Readonly<{ runId: string }>)[],
): ReadonlyMap<string, RunStyle> {
  if (areApartByVariant(runs))
    return new Map(runs.map((run) => [run.runId, styleOfRun(run, 'variant')]));
  const seen = new Map<ColourName, number>();
  return new Map(
    runs.map((run) => {
      const style = styleOfRun(run, 'run');
      const before = seen.get(style.colour) ?? 0;
      seen.set(style.colour, before + 1);
      return [run.runId, { ...style, dash: dashAt(before) }];
    }),
  );
}

export function areApartByVariant(runs: readonly Styled[]): boolean {
  const styles = runs.map((run) => styleOfRun(run, 'variant'));
  return new Set(styles.map(({ colour, dash }) => `${colour} ${dash.join()}`)).size === runs.length;
}

/**
 * Runs of one configuration share a colour of their side: what is compared stays apart, whatever the number of runs. The first A and
 * the first B have the colours of their variants, as everywhere; the others never do. Where a side has no more colours, the next
 * configuration takes the first of them again with the next dash. `isDashBySeed`: a configuration's seeds differ by dash, where they are
 * few enough to be told apart.
 */
export function stylesByConfiguration(
  configurations: readonly (readonly (Styled & Readonly<{ runId: string }>)[])[],
  { isDashBySeed = false } = {},
): ReadonlyMap<string, RunStyle> {
  const ofVariants = new Map(
    (['A', 'B'] as const).map((variant) => [
      configurations.find(([first]) => first?.variant === variant),
      variantColour(variant, 'shared'),
    ]),
  );
  const seen = { separate: 0, shared: 0 };
  return new Map(
    configurations.flatMap((runs) => {
      const [first] = runs;
      if (first === undefined) return [];
      const own = ofVariants.get(runs);
      const { embedding } = first.config;
      const index = own === undefined ? seen[embedding]++ : 0;
      // The first slot of a side has its variant's colour.
      const slot = (embedding === 'separate' ? 0 : coloursASide) + (index % (coloursASide - 1)) + 2;
      const turn = Math.floor(index / (coloursASide - 1));
      return runs.map((run, place): [string, RunStyle] => [
        run.runId,
        {
          ...styleOfRun(run, own === undefined ? 'run' : 'variant'),
          colour: own ?? `run-${slot}`,
          dash: dashAt(turn + (isDashBySeed ? place : 0)),
        },
      ]);
    }),
  );
}

/** Of a curve from outside: without a hue, which would make it a variant. */
export const outsideStyle = (index: number): RunStyle => ({
  colour: 'text2',
  dash: dashAt(index + 1),
  mark: 'triangle',
  isLegibleAsText: true,
});

/** Warm is separate embeddings, cool is a shared one, for custom runs too. */
export function variantColour(
  variant: 'A' | 'B' | null,
  embedding: RunConfig['embedding'],
): ColourName {
  if (variant !== null) return variant === 'A' ? 'a' : 'b';
  return embedding === 'separate' ? 'a' : 'b';
}

function dashAt(index: number): readonly number[] {
  const count = dashes.length;
  return dashes[((Math.trunc(index) % count) + count) % count] ?? [];
}
