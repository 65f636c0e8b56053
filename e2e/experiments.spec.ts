import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { z } from 'zod';

import { programFile } from '../src-main/testing/programs.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { comparePage } from './pages/compare-page.ts';
import { frame } from './pages/frame.ts';
import { runsPage } from './pages/runs-page.ts';
import { startServer } from './scenarios/server.ts';

test.use({ scenario: 'pairs3' });

test('three paired seeds of A and B have a verdict', async ({
  workbench,
  chrome,
  runs,
  compare,
}) => {
  await chrome.open('Runs');
  await runs.compareExperiment.click();
  await compare.ready();
  const sentence = compare.verdict.getByRole('heading');
  await expect(sentence).toHaveText(
    /^([AB] is more accurate than|A and B are equally accurate|Inconclusive\.)/,
  );
  await expect(compare.verdict).toContainText(
    /B minus A: [+−]?\d+\.\d\d points, 95% CI [+−]?\d+\.\d\d to [+−]?\d+\.\d\d for new seeds .*, p\s[=<]\s\d\.\d+, 3 paired seeds, best weights\. Analysis\s1\sof\s1,/,
  );
  await expect(compare.verdict).toContainText(
    /Two seeds of A disagree on \d+\.\d\s% of the reviews, two of B on \d+\.\d\s%, a seed of A and another of B on \d+\.\d\s%/,
  );
  await expect(compare.verdict.getByRole('img', { name: /^New seeds, .* Seed 3: / })).toBeVisible();
  await expect(compare.results.getByRole('row', { name: /^ROC area/ })).toContainText('±');
  await expect(compare.flips).toContainText(
    /P\(positive\) is the mean over 3 seeds.* are expected from seed noise alone/,
  );
  await expectAccessible(workbench, 'Compare, several seeds');

  await compare.changeSeeds('Seed 2 alone');
  await expect(sentence).toHaveText(
    'Not enough seeds. One pair cannot tell a better variant from a lucky seed.',
  );
});

test('a fourth seed that the command line trains joins the experiment and its verdict', async ({
  page,
  home,
}) => {
  const twofold = (...args: string[]) =>
    promisify(execFile)(process.execPath, [programFile('cli'), 'experiments', ...args], {
      env: { ...process.env, TWOFOLD_HOME: home },
    });
  const { stdout } = await twofold('list', '--json');
  const [experiment] = z.array(z.object({ experimentId: z.string() })).parse(JSON.parse(stdout));
  await twofold('extend', experiment?.experimentId ?? '', '--seeds', '1', '--wait');
  const server = await startServer(home);
  await page.goto(server.link);
  await frame(page).open('Runs');
  const runs = runsPage(page);
  await expect(runs.rows).toHaveCount(8);
  await runs.compareExperiment.click();
  const compare = comparePage(page);
  await compare.ready();
  await expect(compare.verdict).toContainText(
    /If results were seen in between, the risk of a false difference is about \d+\s%, and the 95\.2% interval covers about \d+\s%\..* 4 paired seeds, best weights\. Analysis\s2\s\(planned:\s1\),/,
  );
  await expect(compare.verdict.getByRole('img', { name: /^New seeds, .* Seed 4: / })).toBeVisible();
  await page.close();
  await server.stop();
});
