import type { RunStyle } from '#core/charts/style-of-run.ts';
import { traceMark } from '../common/marks.ts';
import type { Pen } from '../common/pen.ts';
import type { Paint } from '../common/theme.svelte.ts';
import { ring } from './draw-words.ts';
import type { Plot, Pointed } from './model.ts';

const radius = 4;
const faint = 0.22;

export function drawRuns(styles: readonly RunStyle[]) {
  return (pen: Pen, { points, placed, selected }: Plot, paint: Paint): void => {
    const isChosen = (index: number): boolean => selected.has(points.ids[index] ?? '');
    // The chosen ones last, above the others.
    const order = [...placed].sort((a, b) => Number(isChosen(a.index)) - Number(isChosen(b.index)));
    for (const { index, px, py } of order) {
      const style = styles[index];
      if (style === undefined) continue;
      const isFaint = selected.size > 0 && !isChosen(index);
      traceMark(pen, style.mark, px, py, radius);
      pen.fillStyle = paint.colour(style.colour, isFaint ? faint : 0.85);
      pen.fill();
      pen.lineWidth = 1;
      pen.strokeStyle = paint.colour('panel', isFaint ? 0 : 1);
      pen.stroke();
    }
  };
}

/** The run under the pointer or the cursor of the keys, and the one in focus in the table, which has the violet ring. */
export function drawPointedRuns(styles: readonly RunStyle[]) {
  return (pen: Pen, { placeOf }: Plot, { hovered, chosen }: Pointed, paint: Paint): void => {
    const focused = placeOf.get(chosen ?? '');
    if (focused !== undefined) ring(pen, focused, radius + 4, paint.colour('focus'), 2);
    const at = placeOf.get(hovered ?? '');
    const style = at === undefined ? undefined : styles[at.index];
    if (at === undefined || style === undefined) return;
    traceMark(pen, style.mark, at.px, at.py, radius + 2);
    pen.fillStyle = paint.colour(style.colour);
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = paint.colour('text');
    pen.stroke();
  };
}
