import type { RunConfig, RunConfigInput } from '#contract/run-config.ts';
import { maxSweepRuns, type Sweep } from '#contract/sweep.ts';
import * as m from '#messages';

import { factorNames } from '../experiment/grouping.ts';
import { randomStream, type RandomStream } from '../util/random.ts';
import { resolveConfig, type FieldError } from '../config/run-config.ts';
import { checkSweep, fieldsOfGrid, variableFieldOf, type VariableField } from './check.ts';
import { drawValue } from './draw.ts';

export type ExpandedSweep =
  | Readonly<{
      ok: true;
      /** Seeds outermost, so that the configurations of one seed stand together. */
      configs: readonly RunConfig[];
      /** Runs that were asked for more than once; each is there once. */
      dropped: number;
    }>
  | Readonly<{ ok: false; errors: readonly FieldError[] }>;

/** What differs from the base. */
export type Point = Readonly<Record<string, unknown>>;

/** Every configuration of a sweep, checked: an error names its field and value. */
export function expandSweep(sweep: Sweep): ExpandedSweep {
  const errors = checkSweep(sweep);
  if (errors.length > 0) return { ok: false, errors };
  const asked = countRuns(sweep);
  if (asked > maxSweepRuns) {
    const [count, most] = [asked, maxSweepRuns].map((value) => value.toLocaleString('en-US'));
    return {
      ok: false,
      errors: [{ field: '', message: m.sweep_too_many({ count: count ?? '', most: most ?? '' }) }],
    };
  }
  const points = pointsOf(sweep);
  const configs: RunConfig[] = [];
  const seen = new Set<string>();
  for (const seed of sweep.seeds ?? [null]) {
    for (const point of points) {
      const input = { ...merged(sweep.base, point), ...(seed === null ? {} : { seed }) };
      const resolved = resolveConfig(input);
      if (!resolved.ok) return { ok: false, errors: resolved.errors.map(combined(input, point)) };
      const key = JSON.stringify(resolved.config);
      if (seen.has(key)) continue;
      seen.add(key);
      configs.push(resolved.config);
    }
  }
  return { ok: true, configs, dropped: asked - configs.length };
}

/** Runs that a sweep asks for, repeated ones counted as often as they are asked for. */
export function countRuns({ grid, random, list, seeds }: Sweep): number {
  const values = grid === undefined ? [] : Object.values(fieldsOfGrid(grid));
  const cells = values.reduce((product, { length }) => product * length, 1);
  return cells * (random?.count ?? list?.length ?? 1) * (seeds?.length ?? 1);
}

/** A base with what differs. A variant is a preset of the three factors: it replaces those of the base. */
export function merged(base: RunConfigInput, point: Point): RunConfigInput {
  if (point['variant'] === undefined || point['variant'] === null) return { ...base, ...point };
  const rest = Object.entries(base).filter(
    ([field]) => !factorNames.some((name) => name === field),
  );
  return { ...Object.fromEntries(rest), ...point };
}

function pointsOf({ base, grid, random, list }: Sweep): readonly Point[] {
  const points = list ?? (random === undefined ? [{}] : drawPoints(base, random));
  return Object.entries(grid === undefined ? {} : fieldsOfGrid(grid)).reduce<readonly Point[]>(
    (all, [field, values]) =>
      all.flatMap((point) => values.map((value) => ({ ...point, [field]: value }))),
    points,
  );
}

/** Where few configurations are possible, this many draws in all look for new ones. */
const drawsPerPoint = 50;

/** `count` different configurations, or as many as there seem to be. */
function drawPoints(
  base: RunConfigInput,
  { count, seed, fields }: NonNullable<Sweep['random']>,
): Point[] {
  // A stream a field: one more field leaves the draws of the others as they are.
  const streams: [VariableField, (typeof fields)[string], RandomStream][] = [];
  for (const [name, distribution] of Object.entries(fields)) {
    const field = variableFieldOf(name);
    if (field !== null) streams.push([field, distribution, randomStream(seed, `sweep ${name}`)]);
  }
  const points = new Map<string, Point>();
  for (let draw = 0; draw < count * drawsPerPoint && points.size < count; draw += 1) {
    const point = Object.fromEntries(
      streams.map(([field, distribution, random]) => [
        field,
        drawValue(field, distribution, random),
      ]),
    );
    points.set(JSON.stringify(merged(base, point)), point);
  }
  return [...points.values()];
}

/** Values that are fine alone may not go together. */
const combined =
  (input: RunConfigInput, point: Point) =>
  ({ field, message }: FieldError): FieldError => {
    const value = textOf((input as Point)[field]);
    const others = Object.entries(point).filter(([name]) => name !== field);
    return {
      field,
      message:
        others.length === 0
          ? m.sweep_value({ value, why: message })
          : m.sweep_together({
              value,
              point: others.map(([name, other]) => `${name} ${textOf(other)}`).join(', '),
              why: message,
            }),
    };
  };

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
