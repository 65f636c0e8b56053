import { z } from 'zod';
import en from 'zod/v4/locales/en.js';
import ko from 'zod/v4/locales/ko.js';

import type { Language } from './settings.ts';

const locales = { en, ko };

/** The language in which schemas say what is wrong with a value, where they have no sentence of their own. */
export function speakSchemas(language: Language): void {
  z.config(locales[language]());
}
