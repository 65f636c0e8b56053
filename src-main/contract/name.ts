import { z } from 'zod';

import * as m from '#messages';

/** Line breaks, terminal commands, and marks that turn the direction of writing: they change the text around a name. */
const control = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

export const hasControls = (text: string): boolean => text.search(control) >= 0;

/** Text whose control characters are written by `write`. */
export const withControls = (text: string, write: (character: string) => string): string =>
  text.replaceAll(control, write);

/** For a terminal, which what a stored name holds must not command. */
export const printable = (text: string): string =>
  withControls(text, (character) => (character === '\n' ? character : '\uFFFD'));

const length = { error: () => m.app_name_length() };

/** What a person names; empty where no name is given. */
export const givenNameSchema = z
  .string()
  .trim()
  .max(200, length)
  .refine((name) => !hasControls(name), { error: () => m.app_name_controls() });

export const nameSchema = givenNameSchema.min(1, length);
