import { epochFigures } from '#contract/metric.ts';
import type { OutsideCurve } from '#contract/outside-curve.ts';
import { downsample } from '#core/util/downsample.ts';
import { count } from '#core/wording/number-text.ts';
import * as m from '#messages';

import type { CurveLine } from '../../charts/curves/model.ts';
import type { StyledCurve } from '../../state/outside-curves.svelte.ts';

/** Beside runs a curve is drawn to so many times as many epochs as the longest of them has, and to this many at least. */
const mostTimes = 4;
const leastEpochs = 20;
/** Of a line. */
const mostPoints = 4000;

const known = new WeakMap<OutsideCurve, Map<string, CurveLine>>();

/** Up to which epoch curves from outside are drawn beside these lines, so that the lines are not squashed; without any, to their ends. */
export function lastEpochBeside(lines: readonly CurveLine[]): number {
  const last = lines.reduce((most, { x }) => Math.max(most, x.at(-1) ?? 0), 0);
  return last === 0 ? Infinity : Math.max(leastEpochs, mostTimes * last);
}

/**
 * Lines of a figure by epoch, up to `lastEpoch`; a curve that does not have it has none. The same curve gives the same objects again.
 */
export function outsideLines(
  curves: readonly StyledCurve[],
  metric: string,
  role: CurveLine['role'],
  lastEpoch = Infinity,
): readonly CurveLine[] {
  const figure = epochFigures.find((of) => of === metric);
  if (figure === undefined) return [];
  return curves.flatMap(({ curve, style }) => {
    const lines = known.get(curve) ?? new Map<string, CurveLine>();
    known.set(curve, lines);
    const end = endOf(curve) > lastEpoch ? lastEpoch : 'end';
    const key = `${figure} ${role} ${style.dash.join()} ${end}`;
    const before = lines.get(key);
    if (before !== undefined) return [before];
    const points = curve.epochs.filter((epoch) => epoch[figure] !== null);
    if (points.length === 0) return [];
    const shown = points.filter(({ epoch }) => epoch <= lastEpoch);
    const values = shown.map((epoch) => epoch[figure] ?? Number.NaN);
    const drawn = downsample(values, mostPoints);
    const name = m.outside_label({ name: curve.name });
    const line: CurveLine = {
      lineId: `${curve.curveId}:${role}`,
      runId: curve.curveId,
      label: name,
      name,
      style,
      role,
      x: drawn.map((index) => shown[index]?.epoch ?? Number.NaN),
      y: drawn.map((index) => values[index] ?? Number.NaN),
      bestIndex: null,
      end: 'plain',
      broken: null,
      gaps: [],
      smoothed: null,
      totalPoints: points.length,
    };
    lines.set(key, line);
    return [line];
  });
}

/** Which curves go on beyond the epoch to which they are drawn, in a sentence; null where none does. */
export function beyondText(curves: readonly StyledCurve[], lastEpoch: number): string | null {
  const longer = curves.filter(({ curve }) => endOf(curve) > lastEpoch);
  if (longer.length === 0) return null;
  const names = longer.map(({ curve }) =>
    m.outside_beyond_one({ name: curve.name, last: count(endOf(curve)) }),
  );
  return m.outside_beyond({ shown: count(lastEpoch), names: names.join(', ') });
}

const endOf = ({ epochs }: OutsideCurve): number => epochs.at(-1)?.epoch ?? 0;
