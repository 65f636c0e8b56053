import type { Locator, Page } from '@playwright/test';

export type RunPage = Readonly<{
  threshold: Locator;
  /** A cell of the confusion, by its reviews. */
  cell: (truth: 'negative' | 'positive', said: 'negative' | 'positive') => Locator;
  baseline: Locator;
  slices: Locator;
  reviews: Locator;
  show: (name: 'Evaluation' | 'Stop rule') => Promise<void>;
  patience: Locator;
  /** Where another stop rule would have ended the run. */
  ending: Locator;
  ready: () => Promise<void>;
}>;

export function runPage(page: Page): RunPage {
  const slices = page.getByRole('table', { name: 'Slices' });
  const reviews = page.getByRole('listbox', { name: 'Reviews', exact: true });
  return {
    threshold: page.getByRole('slider', { name: /^Threshold/ }),
    cell: (truth, said) =>
      page.getByRole('button', { name: new RegExp(`^truly ${truth}, says ${said}`) }),
    baseline: page.getByText(/^A bag of words that reads what this run reads has \d/),
    slices,
    reviews,
    async show(name) {
      await page
        .getByRole('radiogroup', { name: 'Parts of the run' })
        .getByRole('radio', { name })
        .check({ force: true });
    },
    patience: page.getByRole('slider', { name: 'Patience', exact: true }),
    ending: page.getByText(/^It would (not )?have stopped/),
    async ready() {
      await page.getByRole('heading', { level: 1, name: 'Run', exact: true }).waitFor();
      await slices.waitFor();
    },
  };
}
