import type { Settings } from '#contract/settings.ts';
import { currentLanguage, languageOf, setLanguage } from '#core/language.ts';

const storageKey = 'twofold.language';
const systemLanguage = languageOf(navigator.language);

// When this is imported, before any other module asks for a text; settings are fetched later.
setLanguage(languageOf(localStorage.getItem(storageKey) ?? systemLanguage));
document.documentElement.lang = currentLanguage();

/** The language of the settings, or the system's where nobody chose one. Texts are fixed with the page: another one loads it anew. */
export function applyLanguage(language: Settings['language']): void {
  if (language === null) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, language);
  if ((language ?? systemLanguage) !== currentLanguage()) location.reload();
}
