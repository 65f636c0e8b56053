import fc from 'fast-check';
import { expect, test } from 'vitest';

import { LineTooLong, linesOf } from './outside-lines.ts';

async function* pieces(...texts: readonly string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text);
}

async function read(...texts: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text, number } of linesOf(pieces(...texts), 50)) {
    lines.push(text);
    expect(number).toBe(lines.length);
  }
  return lines;
}

test('lines end as any system writes them, wherever the pieces are cut', async () => {
  expect(await read('a 1\r', '\nb 2\rc', ' 3\n\nd')).toEqual(['a 1', 'b 2', 'c 3', '', 'd']);
  expect(await read()).toEqual([]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[ab]{0,9}$/)),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 1, max: 7 }),
      async (lines, end, size) => {
        const text = lines.map((line) => `${line}${end}`).join('');
        const cut = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        expect(await read(...cut)).toEqual(lines);
      },
    ),
  );
});

test('a line without an end is refused as soon as it is too long', async () => {
  let given = 0;
  // It never ends: whoever waits for the whole line waits forever.
  async function* endless(): AsyncGenerator<string> {
    for (;;) {
      given += 1;
      yield await Promise.resolve('word 0.5 0.5 ');
    }
  }
  const refused = (async () => {
    for await (const { text } of linesOf(endless(), 100)) expect(text).toBe('');
  })();
  await expect(refused).rejects.toThrow(LineTooLong);
  expect(given).toBe(8);
});
