import { settingsSchema, type Settings } from '#contract/settings.ts';
import { currentLanguage, languageOf, setLanguage } from '#core/language.ts';

import { remember, remembered } from './remembered.ts';

const systemLanguage = languageOf(navigator.language);

// When this is imported, before any other module asks for a text; settings are fetched later.
setLanguage(remembered('language', settingsSchema.shape.language) ?? systemLanguage);
document.documentElement.lang = currentLanguage();

/** The language of the settings, or the system's where nobody chose one. Texts are fixed with the page: another one loads it anew. */
export function applyLanguage(language: Settings['language']): void {
  remember('language', language);
  if ((language ?? systemLanguage) !== currentLanguage()) location.reload();
}
