import { speakSchemas } from '#contract/schema-words.ts';
import { languageSchema, type Language } from '#contract/settings.ts';
import { overwriteGetLocale } from '#messages/runtime';

/** Names the language of a process and, handed on by its environment, of its children. */
export const languageVariable = 'TWOFOLD_LANGUAGE';

let language: Language = 'en';
overwriteGetLocale(() => language);

/** In which the catalogue speaks, and dates are written, in this process. */
export const currentLanguage = (): Language => language;

export function setLanguage(next: Language): void {
  language = next;
  speakSchemas(next);
}

/** What is said in another language. */
export function inLanguage<T>(other: Language, say: () => T): T {
  const own = language;
  language = other;
  try {
    return say();
  } finally {
    language = own;
  }
}

/** `ko` and `ko-KR` are Korean; what is not known is English. */
export function languageOf(tag: string | undefined): Language {
  return languageSchema.safeParse(tag?.slice(0, 2).toLowerCase()).data ?? 'en';
}

/** By which Intl writes dates (BCP 47): English ones by day, month and year. Numbers are written alike in both languages. */
export const dateLocale = (): string => (language === 'en' ? 'en-GB' : language);
