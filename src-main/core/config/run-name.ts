import {
  configField,
  configFieldNames,
  configFields,
  type ConfigFieldName,
} from '#contract/config-fields.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { languageSchema } from '#contract/settings.ts';
import * as m from '#messages';

import { currentLanguage, inLanguage } from '../wording/language.ts';
import { variantFactors } from './run-config.ts';

/** "A seed 1", "B len 200 units 32 seed 2": the variant, what differs from the defaults, the seed. */
export function automaticName(config: RunConfig): string {
  return `${nameWithoutSeed(config)} ${m.fields_name_seed({ value: config.seed })}`;
}

/** "A", "B len 200 units 32": what an automatic name says in front of the seed. */
export function nameWithoutSeed(config: RunConfig): string {
  const parts: string[] = [config.variant ?? customName(config)];
  for (const field of named) {
    const value = config[field];
    if (value !== configFields[field].default) parts.push(labelOf(field, value));
  }
  return parts.join(' ');
}

/** A name without the words of this seed at its end, in whichever language they are. */
export function withoutSeed(name: string, seed: number): string {
  for (const language of languageSchema.options) {
    const end = ` ${inLanguage(language, () => m.fields_name_seed({ value: seed }))}`;
    if (name.endsWith(end)) return name.slice(0, -end.length);
  }
  return name;
}

/** What a run's name says behind the automatic one, in whichever language that was made; null where it does not begin with it. */
export function behindAutomaticName(name: string, config: RunConfig): string | null {
  const own = currentLanguage();
  const others = languageSchema.options.filter((language) => language !== own);
  for (const language of [own, ...others]) {
    const automatic = inLanguage(language, () => automaticName(config));
    if (name.startsWith(automatic)) return name.slice(automatic.length);
  }
  return null;
}

/** `name`, or with the first number behind it that makes it one of its kind: "A seed 1", "A seed 1 (2)". */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) {
    const candidate = m.config_name_numbered({ name, number });
    if (!taken.has(candidate)) return candidate;
  }
}

/** Names for runs that are started together under one given name: what differs between them is put behind it. */
export function groupNames(name: string, configs: readonly RunConfig[]): string[] {
  if (configs.length === 1) return [name];
  const isSame = sameIn(configs);
  const hasVariants = !isSame('variant') && configs.every((config) => config.variant !== null);
  return distinct(configs, (config) => [
    name,
    ...(hasVariants ? [config.variant ?? ''] : factorWords(config, isSame)),
    ...differingWords(config, isSame),
    ...(isSame('seed') ? [] : [labelOf('seed', config.seed)]),
  ]);
}

/** Names for the runs of a sweep: the variant, what differs between them, the seed. "A dim 32 seed 1" */
export function sweepNames(configs: readonly RunConfig[]): string[] {
  const isSame = sameIn(configs);
  return distinct(configs, (config) => {
    const factors = factorWords(config, isSame);
    const custom = factors.length > 0 ? factors : [customName(config)];
    return [
      ...(config.variant === null ? custom : [config.variant]),
      ...differingWords(config, isSame),
      labelOf('seed', config.seed),
    ];
  });
}

/** What tells settings apart, factors and seed aside: "rate 0.001", "len 200, units 32". */
export function settingNames(configs: readonly RunConfig[]): string[] {
  const isSame = sameIn(configs);
  return configs.map((config) => differingWords(config, isSame).join(', '));
}

type IsSame = (field: keyof RunConfig) => boolean;

const sameIn =
  (configs: readonly RunConfig[]): IsSame =>
  (field) =>
    configs.every((config) => config[field] === configs[0]?.[field]);

const factorWords = (config: RunConfig, isSame: IsSame): string[] =>
  (Object.keys(variantFactors.A) as (keyof typeof variantFactors.A)[])
    .filter((field) => !isSame(field))
    .map((field) => labelOf(field, config[field]));

const differingWords = (config: RunConfig, isSame: IsSame): string[] =>
  named.filter((field) => !isSame(field)).map((field) => labelOf(field, config[field]));

function distinct(
  configs: readonly RunConfig[],
  partsOf: (config: RunConfig) => readonly string[],
): string[] {
  const taken = new Set<string>();
  return configs.map((config) => {
    const unique = uniqueName(partsOf(config).join(' '), taken);
    taken.add(unique);
    return unique;
  });
}

/** The fields whose difference from the defaults a name tells; the seed comes last. */
const named = configFieldNames.filter(
  (field) => configField(field).inNames !== undefined && field !== 'seed',
);

const labelOf = (field: ConfigFieldName, value: RunConfig[ConfigFieldName]): string =>
  configField(field).inNames?.({ value: wordOf(value) }) ?? wordOf(value);

const wordOf = (value: RunConfig[keyof RunConfig]): string =>
  value === 'none' ? m.fields_value_none() : String(value);

function customName({ branches, embedding, convPadding, cnnHead }: RunConfig): string {
  if (branches !== 'both') return m.config_name_custom();
  return m.config_name_factors({ embedding, convPadding, head: wordOf(cnnHead) });
}
