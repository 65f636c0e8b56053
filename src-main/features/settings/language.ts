import { languageOf, languageVariable, setLanguage } from '#core/language.ts';

import type { App } from '../app.ts';

/** Of a home in whose settings nobody chose one. */
const ownLanguage = languageOf(
  process.env[languageVariable] ?? Intl.DateTimeFormat().resolvedOptions().locale,
);

/** Sentences of this process and of the children it starts from now on are in the language of the home's windows. */
export function followLanguage({ services, onEvent }: App): void {
  const follow = (): void => {
    const language = services.settings.get().language ?? ownLanguage;
    setLanguage(language);
    process.env[languageVariable] = language;
  };
  follow();
  onEvent((name) => {
    if (name === 'settings.changed') follow();
  });
}
