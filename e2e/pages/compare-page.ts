import type { Locator, Page } from '@playwright/test';

export type PartName = 'Verdict' | 'Curves' | 'Confusion' | 'Flips';

export type ComparePage = Readonly<{
  verdict: Locator;
  differences: Locator;
  results: Locator;
  flips: Locator;
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
