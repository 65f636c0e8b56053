import { languageOf, languageVariable, setLanguage } from '#core/wording/language.ts';

import type { App } from '../app.ts';

/** Of a home in whose settings nobody chose one: the system's, or that of the browser in which a window was opened. */
let ownLanguage = languageOf(
  process.env[languageVariable] ?? Intl.DateTimeFormat().resolvedOptions().locale,
);

/** Sentences of this process and of the children it starts from now on are in the language of the home's windows. */
export function followLanguage(app: App): void {
  follow(app);
  app.onEvent((name) => {
    if (name === 'settings.changed') follow(app);
  });
}

/** `tag`: what a browser prefers. */
export function preferLanguage(tag: string, app: App | null): void {
  ownLanguage = languageOf(tag);
  if (app !== null) follow(app);
}

function follow({ services }: App): void {
  const language = services.settings.get().language ?? ownLanguage;
  setLanguage(language);
  process.env[languageVariable] = language;
}
