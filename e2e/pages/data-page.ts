import type { Locator, Page } from '@playwright/test';

export type DataPage = Readonly<{
  useSample: Locator;
  importButton: Locator;
  dialog: Locator;
  path: Locator;
  /** Opens the dialog, types a path and starts the import. */
  importPath: (path: string) => Promise<void>;
  /** Opens the dialog and waits for the preview of a path. */
  lookAt: (path: string) => Promise<void>;
  startImport: Locator;
  /** Takes a column as text, label or split. */
  chooseColumn: (role: 'Text' | 'Label' | 'Split', column: string) => Promise<void>;
  /** Says what a value of the label column becomes. */
  meaning: (value: string, meaning: 'negative' | 'positive') => Promise<void>;
  /** The vocabulary's words, as they are sorted. */
  words: Locator;
  sortBy: (column: 'Count' | 'Log-odds') => Promise<void>;
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
  const startImport = dialog.getByRole('button', { name: 'Import', exact: true });
  const vocabulary = page.getByRole('table', { name: 'Vocabulary', exact: true });
  return {
    useSample: page.getByRole('button', { name: 'Use the sample' }),
    importButton,
    dialog,
    path,
    async importPath(file) {
      await importButton.click();
      await path.fill(file);
      // By key: the dialog grows when the file has been looked at, and a button that moves from under the pointer takes no click.
      await path.press('Enter');
    },
    async lookAt(file) {
      await importButton.click();
      await path.fill(file);
      await dialog.getByRole('table', { name: 'First rows' }).waitFor();
    },
    startImport,
    async chooseColumn(role, column) {
      await dialog.getByRole('combobox', { name: role, exact: true }).click();
      await page.getByRole('option', { name: column }).click();
    },
    async meaning(value, meaning) {
      await dialog
        .getByRole('radiogroup', { name: `What ${value} becomes` })
        .getByRole('radio', { name: meaning })
        .check({ force: true });
    },
    words: vocabulary.getByRole('rowheader'),
    sortBy: async (column) => vocabulary.getByRole('button', { name: column }).click(),
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
      const isRefused = (await dialog.getByRole('alert').filter({ hasText: /\S/ }).count()) > 0;
      const leave = isRefused
        ? dialog.getByRole('button', { name: 'Cancel' })
        : datasets.getByRole('button', { name: 'Dismiss' });
      await leave.click();
      await dialog.waitFor({ state: 'hidden' });
    },
    coverage,
    fit: page.getByRole('region', { name: 'Length of reviews' }).getByText(/\d % fit/),
    review,
    newRun: page.getByRole('banner').getByRole('link', { name: 'New run' }),
    async ready() {
      await coverage.waitFor();
      await review.waitFor();
      await vocabulary.getByRole('rowheader').first().waitFor();
    },
  };
}
