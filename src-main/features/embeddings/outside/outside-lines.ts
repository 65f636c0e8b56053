/** Without their ends: \n, \r\n or \r. */
export type Line = Readonly<{ text: string; number: number }>;

/** A line is longer than it may be; `start` is what was read of it. */
export class LineTooLong extends Error {
  readonly line: number;
  readonly start: string;

  constructor({ text, number }: Line) {
    super('line-too-long');
    this.line = number;
    this.start = text;
  }
}

/**
 * The lines of a text that comes in pieces. One that has no end is refused when it has become longer than `mostLetters`, however much
 * would follow: no file is held whole. Throws LineTooLong.
 */
export async function* linesOf(
  pieces: AsyncIterable<string>,
  mostLetters: number,
): AsyncGenerator<Line> {
  let rest = '';
  let number = 0;
  for await (const piece of pieces) {
    const text = rest + piece;
    // A \r at the end may be half of a \r\n.
    const isOpen = text.endsWith('\r');
    const parts = (isOpen ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    rest = `${parts.pop() ?? ''}${isOpen ? '\r' : ''}`;
    for (const part of parts) {
      number += 1;
      if (part.length > mostLetters) throw new LineTooLong({ text: part, number });
      yield { text: part, number };
    }
    if (rest.length > mostLetters) throw new LineTooLong({ text: rest, number: number + 1 });
  }
  if (rest !== '') yield { text: rest.replace(/\r$/, ''), number: number + 1 };
}
