import { parseArgs } from 'node:util';

import { table } from '../speed/markdown.ts';
import { clockFaults } from './clock.ts';
import { diskFaults } from './disk.ts';
import { fileFaults } from './files.ts';
import { killAtRandom, killSentence } from './kills.ts';
import { processFaults } from './processes.ts';
import { makeTemplate, openPlace } from './scenario.ts';
import { runTested, testedFaults } from './tested.ts';
import { userFaults } from './users.ts';
import { writeFaults } from './writes.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
const isAsked = ({ name }: { name: string }): boolean => name.includes(values.only);
const rows: string[][] = [];
let failed = 0;

function report(name: string, sees: string, checks: string): void {
  rows.push([name, sees.replaceAll('|', '/'), checks]);
}

const all = [
  ...processFaults,
  ...diskFaults,
  ...fileFaults,
  ...clockFaults,
  ...userFaults,
  ...writeFaults,
].filter(isAsked);
say('Making a home with the sample corpus and one run ...');
const template = await makeTemplate();
try {
  for (const [index, fault] of all.entries()) {
    const reason = fault.skip?.() ?? null;
    if (reason !== null) {
      report(fault.name, '-', `skipped: ${reason}`);
      continue;
    }
    const place = openPlace(template);
    const beganAt = performance.now();
    try {
      const { sees, checks } = await fault.inject(place);
      report(fault.name, sees, checks.join(', '));
      say(
        `${index + 1} of ${all.length}: ${fault.name}: good, ${Math.round((performance.now() - beganAt) / 1000)} s`,
      );
    } catch (error) {
      failed += 1;
      const text = error instanceof Error ? error.message : String(error);
      report(fault.name, '', `FAILED: ${text.split('\n')[0] ?? ''}`);
      say(
        `${index + 1} of ${all.length}: ${fault.name}: FAILED\n${error instanceof Error ? (error.stack ?? text) : text}`,
      );
    } finally {
      place.remove();
    }
  }
  const tested = testedFaults.filter(isAsked);
  if (tested.length > 0) say(`${tested.length} faults that node tests inject ...`);
  for (const { fault, isGood, why } of await runTested(tested)) {
    if (!isGood) failed += 1;
    report(fault.name, fault.sees, isGood ? fault.file : `FAILED: ${why}`);
  }
  const kills = Number(values.kills);
  const killsName = `${kills} random kills during training and import`;
  if (kills > 0 && isAsked({ name: killsName })) {
    say(`${kills} kills at random moments, seed ${values.seed} ...`);
    try {
      const figures = await killAtRandom(template, kills, Number(values.seed), say);
      failed += figures.lost.length;
      const losses =
        figures.lost.length === 0
          ? 'zero loss, bit-identical'
          : `FAILED: ${figures.lost.join('; ')}`;
      report(killsName, killSentence(figures), losses);
    } catch (error) {
      failed += 1;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      report(
        `${kills} random kills during training and import`,
        '',
        `FAILED: ${text.split('\n')[0] ?? ''}`,
      );
      say(text);
    }
  }
} finally {
  template.cli.remove();
}
process.stdout.write(`${table(['fault', 'what the user sees', 'checks'], rows).join('\n')}\n`);
process.stdout.write(`\n${rows.length} faults, ${failed} failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
