import type { RunConfig } from '#contract/run-config.ts';

export type ConfigValue = string | number | null;

/** Fields on which the configurations differ, each with the value of every run; in the configuration's own order. */
export function configDifferences(configs: readonly RunConfig[]): Record<string, ConfigValue[]> {
  const first = configs[0];
  if (first === undefined) return {};
  const fields = Object.keys(first) as (keyof RunConfig)[];
  return Object.fromEntries(
    fields
      .filter((field) => configs.some((config) => config[field] !== first[field]))
      .map((field) => [
        field,
        configs.map((config) => (config[field] as ConfigValue | undefined) ?? null),
      ]),
  );
}

export type Flip = { row: number; label: number; probabilities: [number, number] };

/** Reviews that the two models judge differently: the widest distance first, then by row. */
export function flipsOf(
  rows: ArrayLike<number>,
  labels: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): Flip[] {
  const flips: Flip[] = [];
  for (let i = 0; i < rows.length; i++) {
    const a = first[i] ?? 0;
    const b = second[i] ?? 0;
    if (a >= 0.5 !== b >= 0.5) {
      flips.push({ row: rows[i] ?? 0, label: labels[i] ?? 0, probabilities: [a, b] });
    }
  }
  const distance = (flip: Flip) => Math.abs(flip.probabilities[0] - flip.probabilities[1]);
  return flips.sort((x, y) => distance(y) - distance(x) || x.row - y.row);
}
