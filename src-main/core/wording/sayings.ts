import { z } from 'zod';

import type { Saying } from '#contract/trainer.ts';
import * as m from '#messages';

/**
 * What the database keeps of a sentence: its kind and its facts, as JSON. Whoever shows it words it in the reader's language. The
 * facts are values as they are, never written out: `reasons`, `logLines` and the findings of a dataset say how they are worded.
 */
export type SayingOf<W extends Wordings> = {
  [K in keyof W]: Readonly<{ kind: K } & Facts<z.input<W[K]['facts']>>>;
}[keyof W];
/** Without any, the type of a schema's input allows no kind either. */
type Facts<F> = string extends keyof F ? unknown : F;

/** By kind. */
export type Wordings = Readonly<
  Record<string, Readonly<{ facts: z.ZodObject; words: (facts: never) => string }>>
>;

export const wording = <S extends z.ZodRawShape>(
  facts: S,
  words: (facts: z.infer<z.ZodObject<S>>) => string,
) => ({ facts: z.object(facts), words });

/** What is kept as it was said: the message of an error, a line of a library. */
export const text = wording({ text: z.string() }, (said) => said.text);

/** Of a kind that a newer version made, or with other facts: these as they are. */
export function wordsOf(wordings: Wordings, { kind, ...facts }: Saying): string {
  const known = Object.hasOwn(wordings, kind) ? wordings[kind] : undefined;
  const read = known?.facts.safeParse(facts);
  if (known !== undefined && read?.success === true) return known.words(read.data as never);
  const listed = Object.entries(facts).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return m.app_said_by_newer({ said: [kind, ...listed].join(' ') });
}

const sayingSchema = z.looseObject({ kind: z.string() });

/** Null where it is none. */
export function readSaying(stored: string): Saying | null {
  try {
    return sayingSchema.safeParse(JSON.parse(stored)).data ?? null;
  } catch {
    return null;
  }
}

/** Of a column; what is no saying stays as it is. */
export function wordsOfStored(wordings: Wordings, stored: string): string {
  const saying = readSaying(stored);
  return saying === null ? stored : wordsOf(wordings, saying);
}
