import { afterAll } from 'vitest';

import { setLanguage } from '#core/wording/language.ts';

/** The test files of a worker share its modules: what one file sets must not reach the next. */
const before = { ...process.env };
afterAll(() => {
  setLanguage('en');
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});
