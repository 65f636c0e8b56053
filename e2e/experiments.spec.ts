import { expect, expectAccessible, test } from './fixtures.ts';

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
    /^([AB] is (more accurate|ahead)|A and B perform alike|Leaning to [AB]; not settled\.|Cannot tell: anything from A by)/,
  );
  await expect(compare.verdict).toContainText(
    /95\s% interval [+−]?\d+\.\d\d to [+−]?\d+\.\d\d points over 3 paired seeds, p\s[=<]\s\d\.\d+, look\s1\sof\s1\./,
  );
  await expect(compare.verdict).toContainText(
    /two seeds of A \d+\.\d %, of B \d+\.\d %; a seed of A and another of B \d+\.\d %/,
  );
  await expect(
    compare.verdict.getByRole('img', { name: /^All 3 seeds: .* Seed 3: / }),
  ).toBeVisible();
  await expect(compare.results.getByRole('row', { name: /^ROC area/ })).toContainText('±');
  await expect(compare.flips).toContainText(/the same way with all 3 seeds/);
  await expectAccessible(workbench, 'Compare, several seeds');

  await compare.changeSeeds('Seed 2 alone');
  await expect(sentence).toHaveText('Cannot tell yet: one seed each.');
});
