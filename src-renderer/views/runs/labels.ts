import type { RunSummary } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { configFieldNames, defaultConfig } from '#core/run-config.ts';
import { automaticName } from '#core/run-name.ts';

type Named = Pick<RunSummary, 'runId' | 'name' | 'variant' | 'config'>;

/**
 * Labels made of differences only: of an automatic name, what all runs share is left out ("A len 400 seed 1" among runs of one
 * length is "A seed 1"). A name that a person gave stays, behind its variant.
 */
export function labelsOf(runs: readonly Named[]): ReadonlyMap<string, string> {
  const shared = sharedFields(runs.map((run) => run.config));
  return new Map(
    runs.map((run) => {
      const automatic = automaticName(run.config);
      if (!run.name.startsWith(automatic)) return [run.runId, withVariant(run)];
      const short = automaticName(withDefaults(run.config, shared));
      return [run.runId, `${short}${run.name.slice(automatic.length)}`];
    }),
  );
}

/** Labels, or the variants' letters alone where they tell the runs apart: "A", "B". */
export function shortLabelsOf(runs: readonly Named[]): ReadonlyMap<string, string> {
  const variants = new Set(runs.map((run) => run.variant));
  if (variants.size < runs.length || variants.has(null)) return labelsOf(runs);
  return new Map(runs.map((run) => [run.runId, run.variant ?? '']));
}

/** A label without its variant, for where a chip says it already. */
export function withoutVariant(label: string, variant: 'A' | 'B' | null): string {
  const prefix = `${variant ?? 'custom'} `;
  return label.startsWith(prefix) ? label.slice(prefix.length) : label;
}

/** What several runs share and is not a default: "len 200 units 32"; empty where nothing is. */
export function sharedSettings(runs: readonly Named[]): string {
  const first = runs[0];
  if (first === undefined) return '';
  const shared = new Set(sharedFields(runs.map((run) => run.config)));
  const differing = configFieldNames.filter((name) => !shared.has(name) && !factors.has(name));
  const common: RunConfig = { ...withDefaults(first.config, differing), ...plainFactors, seed: 1 };
  return automaticName(common).slice('A '.length, -'seed 1'.length).trim();
}

const factors = new Set<string>(['embedding', 'convPadding', 'cnnHead']);
const plainFactors = {
  variant: 'A',
  embedding: defaultConfig.embedding,
  convPadding: defaultConfig.convPadding,
  cnnHead: defaultConfig.cnnHead,
} as const;

function sharedFields(configs: readonly RunConfig[]): readonly (keyof RunConfig)[] {
  const first = configs[0];
  if (first === undefined) return [];
  return configFieldNames.filter(
    (name) => name !== 'seed' && !factors.has(name) && configs.every((config) => config[name] === first[name]),
  );
}

function withDefaults(config: RunConfig, fields: readonly (keyof RunConfig)[]): RunConfig {
  return { ...config, ...Object.fromEntries(fields.map((name) => [name, defaultConfig[name]])) };
}

function withVariant({ name, variant }: Named): string {
  return variant === null || new RegExp(`(^|\\W)${variant}(\\W|$)`).test(name) ? name : `${variant} ${name}`;
}
