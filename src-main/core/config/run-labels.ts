import { configFieldNames } from '#contract/config-fields.ts';
import type { RunSummary } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';

import * as m from '#messages';

import { factorNames } from '../experiment/grouping.ts';
import { defaultConfig, variantFactors } from './run-config.ts';
import { automaticName, behindAutomaticName, nameWithoutSeed } from './run-name.ts';

type Named = Pick<RunSummary, 'runId' | 'name' | 'variant' | 'config'> &
  Partial<Pick<RunSummary, 'experimentName'>>;

/**
 * Labels made of differences only: of an automatic name, what all runs share is left out ("A len 400 seed 1" among runs of one
 * length is "A seed 1"), in today's language. Where more than two settings differ, only those that are needed to tell the runs apart are said. A name that a
 * person gave stays, behind its variant; the name of an experiment in front of it is left out where the rest tells its runs apart.
 */
export function labelsOf(runs: readonly Named[]): ReadonlyMap<string, string> {
  const said = new Set(saidFields(runs));
  const shared = configFieldNames.filter(
    (name) => name !== 'seed' && !factors.has(name) && !said.has(name),
  );
  const defaults = defaultsOf(shared);
  const parts = runs.map((run) => {
    const end = behindAutomaticName(run.name, run.config);
    if (end === null)
      return {
        runId: run.runId,
        label: withVariant(run, endOf(run)),
        full: withVariant(run, run.name),
        end: '',
      };
    return {
      runId: run.runId,
      label: automaticName({ ...run.config, ...defaults }),
      end,
    };
  });
  const counts = new Map<string, number>();
  for (const { label } of parts) counts.set(label, (counts.get(label) ?? 0) + 1);
  // "A seed 1 (2)" is the second of its name among all runs; where the first is not shown, the number says nothing.
  const isSaid = (label: string, end: string): boolean =>
    !/^ \(\d+\)$/.test(end) || (counts.get(label) ?? 0) > 1;
  return new Map(
    parts.map(({ runId, label, full, end }) => {
      if (full !== undefined) return [runId, counts.get(label) === 1 ? label : full];
      return [runId, isSaid(label, end) ? `${label}${end}` : label];
    }),
  );
}

/** `labelsOf` that gives the same labels again while the runs of a group have the same names and settings: progress changes neither. */
export function createLabels(): (
  groupId: string,
  runs: readonly Named[],
) => ReadonlyMap<string, string> {
  const known = new Map<
    string,
    Readonly<{ runs: readonly Named[]; labels: ReadonlyMap<string, string> }>
  >();
  return (groupId, runs) => {
    const before = known.get(groupId);
    if (before?.runs === runs) return before.labels;
    const isSame =
      before?.runs.length === runs.length &&
      runs.every((run, index) => {
        const other = before.runs[index];
        return (
          run.runId === other?.runId &&
          run.name === other.name &&
          run.config === other.config &&
          run.experimentName === other.experimentName
        );
      });
    const labels = before !== undefined && isSame ? before.labels : labelsOf(runs);
    known.set(groupId, { runs, labels });
    return labels;
  };
}

/** Labels, or the variants' letters alone where they tell the runs apart: "A", "B". */
export function shortLabelsOf(runs: readonly Named[]): ReadonlyMap<string, string> {
  const variants = new Set(runs.map((run) => run.variant));
  if (variants.size < runs.length || variants.has(null)) return labelsOf(runs);
  return new Map(runs.map((run) => [run.runId, run.variant ?? '']));
}

/** A label without its variant, for where a chip says it already. */
export function withoutVariant(label: string, variant: 'A' | 'B' | null): string {
  const prefix = `${variant ?? m.config_name_custom()} `;
  return label.startsWith(prefix) ? label.slice(prefix.length) : label;
}

/**
 * What several runs share and is not a default: "len 200 units 32"; empty where nothing is.
 *
 * @param elsewhere fields that all runs of the list share, which tell nothing about these
 */
export function sharedSettings(
  runs: readonly Named[],
  elsewhere: readonly (keyof RunConfig)[] = [],
): string {
  const first = runs[0];
  if (first === undefined) return '';
  const shared = new Set(sharedFields(runs.map((run) => run.config)));
  for (const name of elsewhere) shared.delete(name);
  const differing = configFieldNames.filter((name) => !shared.has(name) && !factors.has(name));
  const common: RunConfig = { ...first.config, ...defaultsOf(differing), ...plainFactors, seed: 1 };
  return nameWithoutSeed(common).slice('A '.length);
}

/** What groups are called whose runs differ in the seed alone, by what tells the groups apart: "A len 200", "A len 300". */
export function configurationNames(groups: readonly (readonly Named[])[]): readonly string[] {
  const bare = groups.flatMap(([first], index) => {
    if (first === undefined) return [];
    const config: RunConfig = { ...first.config, seed: 1 };
    return [{ runId: String(index), name: automaticName(config), variant: first.variant, config }];
  });
  const seed = m.fields_name_seed({ value: 1 });
  return [...labelsOf(bare).values()].map((label) => label.slice(0, -seed.length - 1));
}

const factors = new Set<string>(factorNames);
const plainFactors = { variant: 'A', ...variantFactors.A } as const;

/** The settings a person looks for first. */
const familiar: readonly (keyof RunConfig)[] = [
  'maxLength',
  'lstmActivation',
  'branches',
  'validation',
  'learningRate',
  'embeddingDim',
  'hiddenUnits',
  'numWords',
];
const mostSaid = 2;

function saidFields(runs: readonly Named[]): readonly (keyof RunConfig)[] {
  const all = runs.map((run) => run.config);
  const shared = new Set(sharedFields(all));
  const differing = configFieldNames.filter(
    (name) => name !== 'seed' && !factors.has(name) && !shared.has(name),
  );
  if (differing.length <= mostSaid) return differing;
  const rank = (name: keyof RunConfig): number =>
    familiar.includes(name) ? familiar.indexOf(name) : familiar.length;
  const candidates: (keyof RunConfig)[] = [...differing].sort((a, b) => rank(a) - rank(b));
  // Of thousands of runs many are alike in all of these.
  const configs = kindsOf(all, differing);
  const chosen: (keyof RunConfig)[] = [];
  for (let kinds = kindsOf(configs, chosen).length; candidates.length > 0;) {
    const counts = candidates.map((field) => kindsOf(configs, [...chosen, field]).length);
    const next = Math.max(...counts);
    if (next <= kinds) break;
    kinds = next;
    chosen.push(...candidates.splice(counts.indexOf(next), 1));
  }
  return chosen;
}

/** One for each kind of runs that these fields tell apart, beside variant, factors and seed. */
function kindsOf(
  configs: readonly RunConfig[],
  fields: readonly (keyof RunConfig)[],
): readonly RunConfig[] {
  const names = ['variant', ...factorNames, 'seed', ...fields] as const;
  const kinds = new Map(
    configs.map((config) => [names.map((name) => config[name]).join(), config]),
  );
  return [...kinds.values()];
}

/** Settings that are the same in all of these, factors and seed aside. */
export function sharedFields(configs: readonly RunConfig[]): readonly (keyof RunConfig)[] {
  const first = configs[0];
  if (first === undefined) return [];
  return configFieldNames.filter(
    (name) =>
      name !== 'seed' &&
      !factors.has(name) &&
      configs.every((config) => config[name] === first[name]),
  );
}

const defaultsOf = (fields: readonly (keyof RunConfig)[]): Partial<RunConfig> =>
  Object.fromEntries(fields.map((name) => [name, defaultConfig[name]]));

/** What the name says beside its experiment's. */
function endOf({ name, experimentName }: Named): string {
  return experimentName != null && name.startsWith(`${experimentName} `)
    ? name.slice(experimentName.length + 1)
    : name;
}

function withVariant({ variant }: Named, name: string): string {
  return variant === null || new RegExp(`(^|\\W)${variant}(\\W|$)`).test(name)
    ? name
    : `${variant} ${name}`;
}
