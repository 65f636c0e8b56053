import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { toFailure } from '../../src-main/contract/failure.ts';

/*
 * `npm run bench -- --statistics [TOPIC ...]`: how often each rule of judgement is wrong, by simulation. Each other file of this folder is a
 * topic: its `report()` gives a section of Markdown, the same on every machine.
 */

type Topic = Readonly<{ report: () => string | Promise<string> }>;

const folder = import.meta.dirname;
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => path.basename(file, '.ts'));

try {
  const asked = process.argv.slice(2);
  const unknown = asked.find((topic) => !known.includes(topic));
  if (unknown !== undefined)
    throw new Error(`There is no topic "${unknown}"; the topics are ${known.join(', ')}.`);
  for (const topic of asked.length > 0 ? asked : known) {
    const file = pathToFileURL(path.join(folder, `${topic}.ts`)).href;
    const { report } = (await import(file)) as Topic;
    process.stdout.write(`${await report()}\n`);
  }
} catch (error) {
  process.stderr.write(`${toFailure(error).message.trim()}\n`);
  process.exitCode = 1;
}
