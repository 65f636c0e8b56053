import type { Pen } from '../common/pen.ts';
import type { Paint } from '../common/theme.svelte.ts';
import { drawAxes } from '../scatter/draw.ts';
import type { Area, PlotAxis } from '../scatter/model.ts';
import { placeAt, type PlacedWord, type Scales, type WordPoints } from './place.ts';

/** A word's way through the epochs. */
export type WordPath = Readonly<{
  word: string;
  places: readonly Readonly<{ x: number; y: number }>[];
  shown: number | null;
}>;

/** Everything of a cloud of words but what is pointed at. */
export type Cloud = Readonly<{
  points: WordPoints;
  placed: readonly PlacedWord[];
  placeOf: ReadonlyMap<string, PlacedWord>;
  x: PlotAxis;
  y: PlotAxis;
  scales: Scales;
  area: Area;
  /** Written beside their dots. */
  named: readonly string[];
  /** Marked with a ring. */
  found: readonly string[];
  /** Empty: none is chosen before others. */
  selected: ReadonlySet<string>;
  paths: readonly WordPath[];
}>;

const radius = 1.5;

export function drawCloud(pen: Pen, cloud: Cloud, paint: Paint): void {
  const { points, placed, placeOf, area, selected } = cloud;
  drawAxes(pen, cloud, cloud.scales, area, paint);
  const hasSelection = selected.size > 0;
  for (const isStrong of [false, true]) {
    const isOf = ({ index }: PlacedWord): boolean =>
      (hasSelection ? selected.has(points.words[index] ?? '') : points.isStrong(index)) ===
      isStrong;
    pen.fillStyle = paint.colour(
      isStrong ? 'text' : 'text3',
      isStrong ? 0.9 : hasSelection ? 0.35 : 0.7,
    );
    for (const at of placed)
      if (isOf(at)) pen.fillRect(at.px - radius, at.py - radius, 2 * radius, 2 * radius);
  }
  for (const path of cloud.paths) drawPath(pen, path, cloud, paint);
  const names = nameWriter(pen, cloud, paint);
  for (const word of cloud.found) {
    const at = placeOf.get(word);
    if (at !== undefined) ring(pen, at, 4, paint.colour('text'));
  }
  for (const path of cloud.paths) names(path.word);
  for (const word of cloud.found) names(word);
  for (const word of cloud.named) names(word);
  // So many fit: of a larger selection the ranked words below have the names.
  if (selected.size <= mostNamed) for (const word of selected) names(word);
}

const mostNamed = 40;

/** The word under the cursor, the chosen one, and the nearest of it in this table. */
export function drawPointedWords(
  pen: Pen,
  cloud: Pick<Cloud, 'placeOf' | 'area' | 'points'>,
  state: Readonly<{ hovered: string | null; chosen: string | null; near: readonly string[] }>,
  paint: Paint,
): void {
  const { placeOf } = cloud;
  for (const word of state.near) {
    const at = placeOf.get(word);
    if (at !== undefined) ring(pen, at, 3.5, paint.colour('focus'));
  }
  const names = nameWriter(pen, cloud, paint);
  for (const [word, size] of [
    [state.chosen, 5],
    [state.hovered, 4],
  ] as const) {
    const at = placeOf.get(word ?? '');
    if (at === undefined || word === null) continue;
    pen.beginPath();
    pen.arc(at.px, at.py, size, 0, Math.PI * 2);
    pen.fillStyle = paint.colour('focus');
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = paint.colour('panel');
    pen.stroke();
    names(word);
  }
  for (const word of state.near.slice(0, namedNear)) names(word);
}

/** Of the neighbours, so many get their names where there is room. */
const namedNear = 5;

export function drawLasso(
  pen: Pen,
  line: readonly Readonly<{ px: number; py: number }>[],
  paint: Paint,
): void {
  pen.beginPath();
  for (const [index, { px, py }] of line.entries()) {
    if (index === 0) pen.moveTo(px, py);
    else pen.lineTo(px, py);
  }
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
  { scales, area }: Cloud,
  paint: Paint,
): void {
  const drawn = places.flatMap(({ x, y }, stage) => {
    const at = placeAt(x, y, scales, area);
    return at === null ? [] : [{ ...at, stage }];
  });
  pen.strokeStyle = paint.colour('text2');
  pen.lineWidth = 1;
  pen.beginPath();
  for (const [index, { px, py }] of drawn.entries()) {
    if (index === 0) pen.moveTo(px, py);
    else pen.lineTo(px, py);
  }
  pen.stroke();
  for (const { px, py, stage } of drawn) {
    pen.beginPath();
    pen.arc(px, py, stage === shown ? 4 : 2.5, 0, Math.PI * 2);
    pen.fillStyle = paint.colour(stage === shown ? 'focus' : stage === 0 ? 'panel' : 'text');
    pen.fill();
    pen.strokeStyle = paint.colour(stage === shown ? 'panel' : 'text');
    pen.stroke();
  }
}

function ring(pen: Pen, { px, py }: PlacedWord, size: number, colour: string): void {
  pen.beginPath();
  pen.arc(px, py, size, 0, Math.PI * 2);
  pen.lineWidth = 1.5;
  pen.strokeStyle = colour;
  pen.stroke();
}

/** Writes words beside their dots. One that would lie upon another is left out; it is there on hover. */
function nameWriter(
  pen: Pen,
  { placeOf, area }: Pick<Cloud, 'placeOf' | 'area'>,
  paint: Paint,
): (word: string) => void {
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
