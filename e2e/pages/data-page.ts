import type { Locator, Page } from '@playwright/test';

export type DataPage = Readonly<{
  useSample: Locator;
  importButton: Locator;
  dialog: Locator;
  path: Locator;
  /** Opens the dialog, types a path and starts the import. */
  importPath: (path: string) => Promise<void>;
  datasets: Locator;
  /** A dataset in the list, by its name. */
  dataset: (name: string | RegExp) => Locator;
  /** Chooses from the menu of a dataset. */
  choose: (dataset: string, item: string | RegExp) => Promise<void>;
  progress: Locator;
  cancelImport: Locator;
  /** Failed imports and refused ones say why here. */
  alerts: Locator;
  /** Takes away a failed import, or closes the dialog that refused it. */
  leaveFailure: () => Promise<void>;
  coverage: Locator;
  fit: Locator;
  review: Locator;
  newRun: Locator;
  /** Settled: what a full screen shows last is there. */
  ready: () => Promise<void>;
}>;

export function dataPage(page: Page): DataPage {
  const dialog = page.getByRole('dialog', { name: 'Import reviews' });
  const importButton = page.getByRole('main').getByRole('button', { name: 'Import', exact: true });
  const datasets = page.getByRole('region', { name: 'Datasets' });
  const path = dialog.getByRole('textbox', { name: 'File or folder' });
  const coverage = page.getByRole('slider', { name: 'Review length' });
  const review = page.getByRole('group', { name: 'Text and encoding of the review' });
  return {
    useSample: page.getByRole('button', { name: 'Use the sample' }),
    importButton,
    dialog,
    path,
    async importPath(file) {
      await importButton.click();
      await path.fill(file);
      await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    },
    datasets,
    dataset: (name) => datasets.getByRole('listitem').filter({ hasText: name }),
    async choose(dataset, item) {
      await page.getByRole('button', { name: `More for ${dataset}` }).click();
      await page.getByRole('menuitem', { name: item }).click();
    },
    progress: datasets.getByRole('progressbar'),
    cancelImport: datasets.getByRole('button', { name: 'Cancel the import' }),
    alerts: page.getByRole('alert').filter({ hasText: /\S/ }),
    async leaveFailure() {
      const cancel = dialog.getByRole('button', { name: 'Cancel' });
      await cancel.or(datasets.getByRole('button', { name: 'Dismiss' })).click();
      await dialog.waitFor({ state: 'hidden' });
    },
    coverage,
    fit: page.getByRole('region', { name: 'Length of reviews' }).getByText(/\d % fit/),
    review,
    newRun: page.getByRole('banner').getByRole('link', { name: 'New run' }),
    async ready() {
      await coverage.waitFor();
      await review.waitFor();
      await page
        .getByRole('table', { name: 'Vocabulary' })
        .getByRole('rowheader')
        .first()
        .waitFor();
    },
  };
}
