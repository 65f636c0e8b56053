import { drawDisc, traceMark } from '../common/marks.ts';
import type { Pen } from '../common/pen.ts';
import type { Paint } from '../common/theme.svelte.ts';
import { placeAt, type PlacedPoint, type Plot, type Pointed } from './model.ts';

/** A word's way through the epochs. */
export type WordPath = Readonly<{
  word: string;
  places: readonly Readonly<{ x: number; y: number }>[];
  shown: number | null;
}>;

const radius = 1.5;

export type WordCloud = Readonly<{
  /** Drawn in ink rather than grey: beyond what another seed would do. */
  isStrong?: (index: number) => boolean;
  /** Written next to their dots. */
  named?: readonly string[];
  /** Marked with a ring. */
  found?: readonly string[];
  paths?: readonly WordPath[];
}>;

export function drawWords({
  isStrong = () => false,
  named = [],
  found = [],
  paths = [],
}: WordCloud) {
  return (pen: Pen, plot: Plot, paint: Paint): void => {
    const { points, placed, placeOf, selected } = plot;
    const hasSelection = selected.size > 0;
    const isInk = (index: number): boolean =>
      hasSelection ? selected.has(points.ids[index] ?? '') : isStrong(index);
    for (const ink of [false, true]) {
      pen.fillStyle = paint.colour(ink ? 'text' : 'text3', ink ? 0.9 : hasSelection ? 0.35 : 0.7);
      for (const { index, px, py } of placed)
        if (isInk(index) === ink) pen.fillRect(px - radius, py - radius, 2 * radius, 2 * radius);
    }
    for (const path of paths) drawPath(pen, path, plot, paint);
    const write = nameWriter(pen, plot, paint);
    for (const word of found) {
      const at = placeOf.get(word);
      if (at !== undefined) ring(pen, at, 4, paint.colour('text'));
    }
    for (const path of paths) write(path.word);
    for (const word of found) write(word);
    for (const word of named) write(word);
    // So many fit: of a larger selection the ranked words below have the names.
    if (selected.size <= mostNamed) for (const word of selected) write(word);
  };
}

const mostNamed = 40;

/** The word under the cursor, the chosen one, and the nearest of it in this table. */
export function drawPointedWords(near: readonly string[] = []) {
  return (pen: Pen, plot: Plot, { hovered, chosen }: Pointed, paint: Paint): void => {
    const { placeOf } = plot;
    for (const word of near) {
      const at = placeOf.get(word);
      if (at !== undefined) ring(pen, at, 3.5, paint.colour('focus'));
    }
    const write = nameWriter(pen, plot, paint);
    for (const [word, size] of [
      [chosen, 5],
      [hovered, 4],
    ] as const) {
      const at = placeOf.get(word ?? '');
      if (at === undefined || word === null) continue;
      drawDisc(pen, at.px, at.py, size, paint.colour('focus'));
      pen.lineWidth = 1.5;
      pen.strokeStyle = paint.colour('panel');
      pen.stroke();
      write(word);
    }
    for (const word of near.slice(0, namedNear)) write(word);
  };
}

/** Of the neighbours, so many get their names where there is room. */
const namedNear = 5;

/** What a drag encloses. */
export function drawOutline(
  pen: Pen,
  line: readonly Readonly<{ px: number; py: number }>[],
  paint: Paint,
): void {
  pen.beginPath();
  for (const { px, py } of line) pen.lineTo(px, py);
  pen.closePath();
  pen.fillStyle = paint.colour('focus', 0.12);
  pen.fill();
  pen.strokeStyle = paint.colour('focus');
  pen.lineWidth = 1;
  pen.stroke();
}

/** From a hollow beginning to where it is now, a dot an epoch. */
function drawPath(
  pen: Pen,
  { places, shown }: WordPath,
  { scales, area }: Plot,
  paint: Paint,
): void {
  const drawn = places.flatMap(({ x, y }, stage) => {
    const at = placeAt(x, y, scales, area);
    return at === null ? [] : [{ ...at, stage }];
  });
  pen.strokeStyle = paint.colour('text2');
  pen.lineWidth = 1;
  pen.beginPath();
  for (const { px, py } of drawn) pen.lineTo(px, py);
  pen.stroke();
  for (const { px, py, stage } of drawn) {
    const fill = stage === shown ? 'focus' : stage === 0 ? 'panel' : 'text';
    drawDisc(pen, px, py, stage === shown ? 4 : 2.5, paint.colour(fill));
    pen.strokeStyle = paint.colour(stage === shown ? 'panel' : 'text');
    pen.stroke();
  }
}

export function ring(
  pen: Pen,
  { px, py }: PlacedPoint,
  size: number,
  colour: string,
  width = 1.5,
): void {
  traceMark(pen, 'circle', px, py, size);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.stroke();
}

/** Writes words beside their dots. One that would lie upon another is left out; it is there on hover. */
function nameWriter(pen: Pen, { placeOf, area }: Plot, paint: Paint): (word: string) => void {
  const taken: { left: number; right: number; py: number }[] = [];
  const written = new Set<string>();
  return (word) => {
    const at = placeOf.get(word);
    if (at === undefined || written.has(word)) return;
    pen.font = `500 11px ${paint.monoFamily}`;
    pen.textAlign = 'left';
    pen.textBaseline = 'middle';
    const length = pen.measureText(word).width;
    const left = at.px + 7 + length > area.right ? at.px - 7 - length : at.px + 7;
    if (
      taken.some(
        (other) =>
          Math.abs(other.py - at.py) < 13 &&
          left < other.right + 4 &&
          other.left < left + length + 4,
      )
    )
      return;
    written.add(word);
    taken.push({ left, right: left + length, py: at.py });
    // Readable among dots.
    pen.fillStyle = paint.colour('panel', 0.92);
    pen.fillRect(left - 2, at.py - 7, length + 4, 14);
    pen.fillStyle = paint.colour('text');
    pen.fillText(word, left, at.py);
  };
}
