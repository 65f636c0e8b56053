import { z } from 'zod';

/** What this browser remembers from one visit to the next. */
type Remembered =
  'theme' | 'language' | 'new-run' | 'runs' | 'outside-curves' | 'hidden-problems' | 'interrupted';

export const textsSchema = z.array(z.string()).readonly();

/** Null where nothing is remembered. What another version or a damaged browser left is not worth a word: it is nothing. */
export function remembered<T>(what: Remembered, schema: z.ZodType<T>): T | null {
  const text = localStorage.getItem(keyOf(what));
  return text === null ? null : (schema.safeParse(valueOf(text)).data ?? null);
}

export function remember(what: Remembered, value: unknown): void {
  localStorage.setItem(keyOf(what), JSON.stringify(value));
}

const keyOf = (what: Remembered): string => `twofold.${what}`;

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Words were once kept without quotes.
    return text;
  }
}
