import path from 'node:path';

import { languageOf, languageVariable, setLanguage } from '#core/language.ts';

import { homeFolder } from '../features/system/home.ts';
import { keepFilesPrivate } from '../features/system/private-home.ts';
import { flushOutput } from './output.ts';
import { run } from './run.ts';

keepFilesPrivate();
setLanguage(languageOf(process.env[languageVariable]));
const here = import.meta.dirname;
const code = await run(process.argv.slice(2), {
  home: homeFolder(),
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  entries: {
    cli: import.meta.filename,
    trainer: path.join(here, '../trainer/child/entry.ts'),
    rendererFolder: path.join(here, '../../out/renderer'),
  },
});
await flushOutput();
process.exit(code);
