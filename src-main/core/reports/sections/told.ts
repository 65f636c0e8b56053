import type { Run } from '#contract/run.ts';
import * as m from '#messages';

import {
  areApartByVariant,
  stylesApart,
  stylesByConfiguration,
  type RunStyle,
} from '../../charts/style-of-run.ts';
import { groupByConfiguration, type Group } from '../../experiment/grouping.ts';
import { labelsOf } from '../../config/run-labels.ts';
import { groupNames } from '../../config/run-name.ts';
import type { ReportData } from '../data.ts';
import type { Cell, Item } from '../document.ts';

export type ToldRun = Readonly<{
  run: Run;
  name: string;
  style: RunStyle;
  /** What its line is called: its model, where all of that model are drawn alike. */
  lineName: string;
}>;

/** What is told, and how runs are called and drawn in all of it. */
export type Told = Readonly<{
  data: ReportData;
  runs: readonly ToldRun[];
  byId: ReadonlyMap<string, ToldRun>;
  /** Runs that differ in nothing but the seed. */
  models: readonly Readonly<{ name: string; group: Group<Run> }>[];
}>;

/** Makes a section's content; nothing where there is nothing to say. */
export type Tell = (told: Told) => readonly Item[];

export function toldOf(data: ReportData): Told {
  const labels = labelsOf(data.runs);
  const nameOfRun = (run: Run): string => labels.get(run.runId) ?? run.name;
  const groups = groupByConfiguration(data.runs);
  const modelNames = groupNames(
    '',
    groups.map(({ config }) => ({ ...config, seed: 1 })),
  );
  const firstName = data.runs[0] === undefined ? '' : nameOfRun(data.runs[0]);
  const models = groups.map((group, index) => ({
    group,
    name: withVariant(group.config.variant, modelNames[index]?.trim() ?? '') || firstName,
  }));
  const isMany = data.runs.length > mostApart;
  const isByVariant = areApartByVariant(data.runs);
  const isByModel = isMany && groups.length < data.runs.length && !isByVariant;
  const styles = isByVariant
    ? stylesApart(data.runs)
    : stylesByConfiguration(
        groups.map(({ runs }) => runs),
        { isDashBySeed: !isMany },
      );
  const modelOf = new Map(
    models.flatMap(({ name, group }) => group.runs.map(({ runId }) => [runId, name] as const)),
  );
  const runs = data.runs.flatMap((run): ToldRun[] => {
    const style = styles.get(run.runId);
    const name = nameOfRun(run);
    const lineName = (isByModel ? modelOf.get(run.runId) : undefined) ?? name;
    return style === undefined ? [] : [{ run, style, name, lineName }];
  });
  return { data, runs, byId: new Map(runs.map((of) => [of.run.runId, of])), models };
}

/** What a grid's A and B are called by the factors says that they are A and B as well. */
const withVariant = (variant: 'A' | 'B' | null, name: string): string =>
  variant === null || name.split(' ').includes(variant) ? name : `${variant} ${name}`.trim();

/** As many as have their names at their lines. */
const mostApart = 8;

export const nameOf = ({ byId }: Told, runId: string): string => byId.get(runId)?.name ?? runId;

const mostNames = 6;

export const namesOf = (names: readonly string[]): string =>
  names.length <= mostNames
    ? names.join(', ')
    : m.compare_gap_more({
        names: names.slice(0, mostNames - 1).join(', '),
        count: names.length - mostNames + 1,
      });

type Said = Readonly<{ runId: string; sentence: string }>;

/** Each sentence once, with the names of all runs of which it is said. */
export function bySentence(
  told: Told,
  said: readonly Said[],
): readonly Readonly<{ names: string; sentence: string }>[] {
  return [...Map.groupBy(said, ({ sentence }) => sentence)].map(([sentence, members]) => {
    const runIds = new Set(members.map(({ runId }) => runId));
    return { names: namesOf([...runIds].map((runId) => nameOf(told, runId))), sentence };
  });
}

/** A run's name with a stub of its line. */
export const runCell = ({ name, style }: ToldRun): Cell => ({
  text: name,
  line: { colour: style.colour, dash: style.dash },
});

/** A figure, or a dash where there is none. */
export const figureText = (
  value: number | null | undefined,
  write: (value: number) => string,
): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : write(value);

export const figureCell = (
  value: number | null | undefined,
  write: (value: number) => string,
): Cell => ({
  text: figureText(value, write),
  value: value === undefined || value === null || !Number.isFinite(value) ? null : value,
});
