import { languageVariable, setLanguage } from '#core/language.ts';

import type { App } from '../app.ts';

/** Sentences of this process and of the children it starts from now on are in the language of the home's windows. */
export function followLanguage({ services, onEvent }: App): void {
  const follow = (): void => {
    const language = services.settings.get().language ?? 'en';
    setLanguage(language);
    process.env[languageVariable] = language;
  };
  follow();
  onEvent((name) => {
    if (name === 'settings.changed') follow();
  });
}
