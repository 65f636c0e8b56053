import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { toFailure } from '../../src-main/contract/failure.ts';
import { grid, variants } from './grid.ts';
import { describeMachine } from './machine.ts';
import { measure, type Measured } from './measure.ts';
import { measureProduct, type ProductCost } from './product.ts';
import { markdownOf, summaryOf, type Bench } from './report.ts';
import { importReviews } from './reviews.ts';

/*
 * `npm run bench`: every setting of the grid, both variants, all libraries in turn. Started by src-main/setup/bench/bench.mjs, which
 * names the peers' Python and a home for the reviews.
 */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'with-pytorch': { type: 'boolean', default: false },
    product: { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
    out: { type: 'string', default: 'out/bench' },
    data: { type: 'string' },
  },
});
const python = process.env['TWOFOLD_BENCH_PYTHON'];
const home = process.env['TWOFOLD_BENCH_HOME'];
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

try {
  if (python === undefined || home === undefined) throw new Error('Start it with "npm run bench".');
  // Relative paths start where the user stands.
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const data = values.data === undefined ? undefined : path.resolve(from, values.data);
  const begunAt = performance.now();
  const at = new Date().toISOString();
  say('Measuring what the machine multiplies ...');
  const machine = describeMachine();
  const reviews = await importReviews(home, data);
  const chosen = new Map<string, string>();
  const measured: Measured[] = [];
  const product: ProductCost[] = [];
  const folder =
    values.out === 'out/bench' ? path.resolve(values.out) : path.resolve(from, values.out);
  mkdirSync(folder, { recursive: true });
  // Written after every setting: an interrupted benchmark keeps what it has measured.
  const write = (): string => {
    const seconds = (performance.now() - begunAt) / 1000;
    const { name, contentHash } = reviews;
    const bench: Bench = {
      at,
      seconds,
      isQuick: values.quick,
      machine,
      reviews: { name, contentHash },
      measured,
      product,
    };
    writeFileSync(path.join(folder, 'bench.json'), `${JSON.stringify(bench, null, 2)}\n`);
    const page = markdownOf(bench);
    writeFileSync(path.join(folder, 'bench.md'), page);
    return page;
  };
  for (const setting of values['no-peers'] ? [] : grid) {
    for (const variant of values.quick ? setting.quickVariants : variants) {
      const result = await measure(setting, variant, {
        reviews,
        python,
        isQuick: values.quick,
        withPytorch: values['with-pytorch'],
        say,
        chosen,
      });
      measured.push(result);
      write();
      say(summaryOf(result));
    }
  }
  // Slow beside the rest, and the same whatever the libraries do.
  if (values.product) {
    if (reviews.source === null) throw new Error('--product needs a corpus: --data PATH.');
    for (const setting of grid) {
      say(`${setting.name}: what the workbench costs ...`);
      product.push(
        await measureProduct(setting, { data: reviews.source, rounds: values.quick ? 1 : 3 }),
      );
      write();
    }
  }
  process.stdout.write(`${write()}\n`);
  say(`Written to ${folder}: bench.md and bench.json.`);
} catch (error) {
  say(toFailure(error).message.trim());
  process.exitCode = 1;
}
