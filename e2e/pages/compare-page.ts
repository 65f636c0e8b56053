import type { Locator, Page } from '@playwright/test';

export type ComparePage = Readonly<{
  verdict: Locator;
  differences: Locator;
  results: Locator;
  flips: Locator;
  show: (part: 'Verdict' | 'Curves' | 'Confusion' | 'Flips') => Promise<void>;
  chart: (title: string) => Locator;
  ready: () => Promise<void>;
}>;

export function comparePage(page: Page): ComparePage {
  const results = page.getByRole('table', { name: 'Results' });
  const flips = page.getByRole('region', { name: 'Reviews that flip' });
  return {
    verdict: page.getByRole('region', { name: 'Verdict' }),
    differences: page.getByRole('table', { name: 'What differs' }),
    results,
    flips,
    async show(part) {
      const choice = page
        .getByRole('radiogroup', { name: 'What to compare' })
        .getByRole('radio', { name: part });
      await choice.check({ force: true });
    },
    chart: (title) => page.getByRole('slider', { name: `${title}: read values along the axis` }),
    async ready() {
      await results.waitFor();
      await flips.getByText(/\w right/).first().waitFor();
    },
  };
}
