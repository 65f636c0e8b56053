import { languageSchema } from '#contract/settings.ts';

import { currentLanguage, inLanguage } from './language.ts';

/**
 * A sentence as it was stored, in the language of the process. `tellings` say what it may be, of which one must give exactly what is
 * stored in another language; a sentence that none of them gives stays as it is.
 */
export function retold(stored: string, tellings: () => readonly (() => string)[]): string {
  const others = languageSchema.options.filter(
    (language) =>
      language !== currentLanguage() && (language !== 'ko' || /\p{Script=Hangul}/u.test(stored)),
  );
  if (others.length === 0) return stored;
  const all = tellings();
  for (const other of others) {
    const telling = all.find((say) => inLanguage(other, say) === stored);
    if (telling !== undefined) return telling();
  }
  return stored;
}

/** The whole numbers in a sentence, each once. */
export const numbersIn = (sentence: string): readonly number[] => [
  ...new Set((sentence.match(/\d[\d,]*/g) ?? []).map((text) => Number(text.replaceAll(',', '')))),
];

/**
 * A telling for `retold` whose facts are read out of the stored sentence itself, as the text that stands in their place there. What
 * `say` does with a fact beside writing it once cannot be known.
 */
export function withFacts<N extends string>(
  stored: string,
  names: readonly N[],
  say: (facts: Readonly<Record<N, string>>) => string,
): () => string {
  let facts: Record<N, string> | null = null;
  return () => {
    facts ??= factsIn(stored, names, say);
    return facts === null ? '' : say(facts);
  };
}

/** Null where the sentence is not what `say` says in the language of the process. */
function factsIn<N extends string>(
  stored: string,
  names: readonly N[],
  say: (facts: Readonly<Record<N, string>>) => string,
): Record<N, string> | null {
  const mark = (index: number): string => String.fromCodePoint(0xe000 + index);
  const marks = Object.fromEntries(names.map((name, index) => [name, mark(index)]));
  const [start = '', ...parts] = say(marks as Record<N, string>).split(/([\uE000-\uE0FF])/);
  if (!stored.startsWith(start)) return null;
  const facts: Partial<Record<N, string>> = {};
  let at = start.length;
  // By turns a mark and what follows it. Each fact is as short as it can be: sentences of others are never tried for long.
  for (let index = 0; index < parts.length; index += 2) {
    const name = names.find((_, of) => parts[index] === mark(of));
    const next = parts[index + 1] ?? '';
    const end =
      index + 2 < parts.length ? stored.indexOf(next, at + 1) : stored.length - next.length;
    if (name === undefined || end <= at || !stored.startsWith(next, end)) return null;
    facts[name] = stored.slice(at, end);
    at = end + next.length;
  }
  return at === stored.length ? (facts as Record<N, string>) : null;
}
