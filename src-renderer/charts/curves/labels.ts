import { pushApart } from '#core/charts/push-apart.ts';
import type { CurveLine } from './model.ts';

export const labelGap = 14;
const maxLabels = 8;

/** A label at a line's end: where the line ends and where its label stands, in px. */
export type PlacedLabel = Readonly<{ line: CurveLine; endX: number; endY: number; labelY: number }>;

/**
 * Which lines are labelled: the validation lines (train lines share their run's label); all up to 8, beyond that the focused one
 * and those that end highest and lowest. A run whose only line is a train line is labelled by it.
 */
export function labelledLines(
  lines: readonly CurveLine[],
  focusRunId: string | null,
): readonly CurveLine[] {
  const withEnd = lines.filter((line) => lastFinite(line) !== null);
  const validated = new Set(withEnd.filter((l) => l.role === 'validation').map((l) => l.runId));
  const candidates = withEnd.filter((l) => l.role === 'validation' || !validated.has(l.runId));
  if (candidates.length <= maxLabels) return candidates;
  const byEnd = [...candidates].sort((a, b) => endValue(a) - endValue(b));
  const chosen = new Set([
    byEnd[0],
    byEnd.at(-1),
    ...candidates.filter((l) => l.runId === focusRunId),
  ]);
  return candidates.filter((line) => chosen.has(line));
}

/** Places labels between `top` and `bottom`, 14 px apart. */
export function placeLabels(
  lines: readonly CurveLine[],
  toPixel: Readonly<{ x: (x: number) => number; y: (y: number) => number }>,
  top: number,
  bottom: number,
): readonly PlacedLabel[] {
  const ends = lines.map((line) => {
    const index = lastFinite(line) ?? 0;
    const y = toPixel.y(line.y[index] ?? 0);
    return {
      line,
      endX: toPixel.x(line.x[index] ?? 0),
      endY: Math.max(top, Math.min(bottom, y)),
    };
  });
  const placed = pushApart(
    ends.map((end) => end.endY),
    labelGap,
    top,
    bottom,
  );
  return ends.map((end, i) => ({ ...end, labelY: placed[i] ?? end.endY }));
}

/** Index of the last finite point. */
export function lastFinite(line: CurveLine): number | null {
  for (let i = line.y.length - 1; i >= 0; i--) if (Number.isFinite(line.y[i])) return i;
  return null;
}

function endValue(line: CurveLine): number {
  return line.y[lastFinite(line) ?? 0] ?? 0;
}
