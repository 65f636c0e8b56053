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
