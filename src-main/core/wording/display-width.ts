/** How many columns of a terminal a text takes: those of Hangul, Han and kana are two, of marks over a letter none. */

// Vowels and finals of decomposed Hangul stand in the columns of its initial.
const none = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
const half = /[\uff61-\uffdc]/u;
const wide =
  /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

export const padEnd = (text: string, width: number): string => text + spaces(text, width);
export const padStart = (text: string, width: number): string => spaces(text, width) + text;

/** As much of its beginning as fits. */
export function startOf(text: string, most: number): string {
  let width = 0;
  let start = '';
  for (const character of text) {
    width += columnsOf(character);
    if (width > most) break;
    start += character;
  }
  return start;
}

/** As much of its end as fits. */
export function endOf(text: string, most: number): string {
  let width = 0;
  let end = '';
  for (const character of Array.from(text).reverse()) {
    width += columnsOf(character);
    if (width > most) break;
    end = character + end;
  }
  return end;
}

const spaces = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - widthOf(text)));

function columnsOf(character: string): 0 | 1 | 2 {
  // Nearly all text: no class of Unicode need be asked.
  if (character < '\u0300') return 1;
  if (none.test(character)) return 0;
  return wide.test(character) && !half.test(character) ? 2 : 1;
}
