import type { OutsideTable } from '#contract/embedding-diff.ts';

/** How the lines of a file of word vectors are laid out, as its first one tells. */
export type Shape = Readonly<{
  format: OutsideTable['format'];
  /** The first line holds no word. */
  isHeader: boolean;
  /** Words, as a header of word2vec promises them. */
  promised: number | null;
  separator: RegExp;
  /** Cells before the word. */
  skipped: number;
  dims: number;
}>;

export function shapeOf(first: string): Shape | null {
  if (first.includes('\t')) {
    const cells = first.split('\t');
    const isHeader = cells.slice(1).some((cell) => !isNumeric(cell));
    const skipped = isHeader && cells[0]?.trim().toLowerCase() === 'id' ? 1 : 0;
    const dims = cells.length - 1 - skipped;
    return { format: 'tsv', isHeader, promised: null, separator: /\t/, skipped, dims };
  }
  const separator = / +/;
  const cells = first.trim().split(separator);
  const [promised, dims] = cells.map(Number);
  if (cells.length === 2 && Number.isInteger(promised) && Number.isInteger(dims)) {
    const counts = { promised: promised ?? 0, dims: dims ?? 0 };
    return { format: 'word2vec', isHeader: true, separator, skipped: 0, ...counts };
  }
  return cells.slice(1).some(isNumeric)
    ? {
        format: 'glove',
        isHeader: false,
        promised: null,
        separator,
        skipped: 0,
        dims: cells.length - 1,
      }
    : null;
}

export const cellsOf = (line: string, { separator, skipped }: Shape): string[] =>
  line.trimEnd().split(separator).slice(skipped);

/** Null where the line is no word with as many finite numbers. They are at the end: a word of GloVe may hold spaces. */
export function readRow(
  line: string,
  shape: Shape,
): Readonly<{ word: string; values: number[] }> | null {
  const cells = cellsOf(line, shape);
  const first = shape.format === 'glove' ? Math.max(1, cells.length - shape.dims) : 1;
  const numbers = cells.slice(first);
  return numbers.length === shape.dims && numbers.every(isNumeric)
    ? { word: cells.slice(0, first).join(' '), values: numbers.map(Number) }
    : null;
}

const isNumeric = (cell: string): boolean => cell.trim() !== '' && Number.isFinite(Number(cell));
