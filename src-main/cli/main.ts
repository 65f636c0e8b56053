import { languageOf, languageVariable, setLanguage } from '#core/wording/language.ts';

import { homeFolder } from '../features/system/home.ts';
import { keepFilesPrivate } from '../features/system/private-home.ts';
import { placesOf } from '../shell/places.ts';
import { flushOutput } from './show/output.ts';
import { run } from './run.ts';

keepFilesPrivate();
setLanguage(languageOf(process.env[languageVariable]));
const code = await run(process.argv.slice(2), {
  home: homeFolder(),
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  entry: import.meta.filename,
  places: placesOf(import.meta.filename),
});
await flushOutput();
process.exit(code);
