import type { Locator, Page } from '@playwright/test';

export type PartName = 'Verdict' | 'Curves' | 'Confusion' | 'ROC, PR' | 'Flips';

export type ComparePage = Readonly<{
  verdict: Locator;
  differences: Locator;
  results: Locator;
  flips: Locator;
  /** Of the reviews that flip: only those with these words, at an epoch of both runs, and what each word does. */
  words: Locator;
  epoch: Locator;
  occlude: Locator;
  occluded: Locator;
  part: (name: PartName) => Locator;
  show: (name: PartName) => Promise<void>;
  /** Where several seeds are compared: leaves one out, or takes one alone. */
  changeSeeds: (item: string) => Promise<void>;
  chart: (title: string) => Locator;
  ready: () => Promise<void>;
}>;

export function comparePage(page: Page): ComparePage {
  const results = page.getByRole('table', { name: 'Results' });
  const flips = page.getByRole('region', { name: 'Reviews that flip' });
  const part = (name: PartName) =>
    page.getByRole('radiogroup', { name: 'What to compare' }).getByRole('radio', { name });
  return {
    verdict: page.getByRole('region', { name: 'Verdict' }),
    differences: page.getByRole('table', { name: 'What differs' }),
    results,
    flips,
    words: flips.getByRole('searchbox', { name: 'Words in the review' }),
    epoch: flips.getByRole('slider', { name: /^Epoch of both runs/ }),
    occlude: flips.getByRole('button', { name: 'Show what each word does' }),
    occluded: flips.getByRole('region', { name: /\d\.\d\d$/ }),
    part,
    async show(name) {
      await part(name).check({ force: true });
    },
    chart: (title) => page.getByRole('slider', { name: `${title}: read values along the axis` }),
    async changeSeeds(item) {
      await page.getByRole('button', { name: 'Change the seeds' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    },
    async ready() {
      await results.waitFor();
      await flips
        .getByText(/\w right/)
        .first()
        .waitFor();
    },
  };
}
