import { outsideFigures, type OutsideCurve } from '#contract/outside-curve.ts';

import type { CurveLine } from '../../charts/curves/model.ts';
import * as m from '../../messages/compiled/messages.js';
import type { StyledCurve } from '../../state/outside-curves.svelte.ts';

const known = new WeakMap<OutsideCurve, Map<string, CurveLine>>();

/** Lines of a figure by epoch; a curve that does not have it has none. The same curve gives the same objects again. */
export function outsideLines(curves: readonly StyledCurve[], metric: string, role: CurveLine['role']): readonly CurveLine[] {
  const figure = outsideFigures.find((of) => of === metric);
  if (figure === undefined) return [];
  return curves.flatMap(({ curve, style }) => {
    const lines = known.get(curve) ?? new Map<string, CurveLine>();
    known.set(curve, lines);
    const key = `${figure} ${role} ${style.dash.join()}`;
    const before = lines.get(key);
    if (before !== undefined) return [before];
    const points = curve.epochs.filter((epoch) => epoch[figure] !== null);
    if (points.length === 0) return [];
    const name = m.outside_label({ name: curve.name });
    const line: CurveLine = {
      lineId: `${curve.curveId}:${role}`,
      runId: curve.curveId,
      label: name,
      name,
      style,
      role,
      x: points.map(({ epoch }) => epoch),
      y: points.map((epoch) => epoch[figure] ?? Number.NaN),
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
