import type { WordPath } from '../../../charts/points/draw-words.ts';
import type { Span } from '../../../charts/points/model.ts';

type Column = Readonly<{ x: Float32Array; y: Float32Array }>;

/** Row-major [words, axes] as a column an axis, the first two. */
export function columnsOf(values: Float32Array, axes: number): Column {
  const words = Math.floor(values.length / axes);
  const column = (axis: number): Float32Array =>
    Float32Array.from({ length: words }, (_, word) => values[word * axes + axis] ?? 0);
  return { x: column(0), y: column(1) };
}

/** Words that hold a text, in their order. */
export function searchWords(words: readonly string[], text: string): readonly string[] {
  const wanted = text.trim().toLowerCase();
  return wanted === '' ? [] : words.filter((word) => word.toLowerCase().includes(wanted));
}

/** Row-major [words, epochs, axes] as a way a word. `shown` is the place of the shown epoch, below 0 where it is none. */
export function pathsOf(
  words: readonly string[],
  values: Float32Array,
  epochs: number,
  axes: number,
  shown: number,
): readonly WordPath[] {
  return words.map((word, row) => ({
    word,
    shown: shown < 0 ? null : shown,
    places: Array.from({ length: epochs }, (_, epoch) => {
      const at = (row * epochs + epoch) * axes;
      return { x: values[at] ?? 0, y: values[at + 1] ?? 0 };
    }),
  }));
}

/** How many points of all tables are off the axes. */
export function beyond(
  columns: readonly Column[],
  { x: [left, right], y: [low, high] }: Span,
): number {
  let count = 0;
  for (const { x, y } of columns) {
    for (let word = 0; word < x.length; word += 1) {
      const [across = 0, up = 0] = [x[word], y[word]];
      if (across < left || across > right || up < low || up > high) count += 1;
    }
  }
  return count;
}
