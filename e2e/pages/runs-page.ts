import type { Locator, Page } from '@playwright/test';

export type StateName =
  'Queued' | 'Running' | 'Paused' | 'Stopped' | 'Finished' | 'Diverged' | 'Failed' | 'Interrupted';

export type RunsPage = Readonly<{
  table: Locator;
  rows: Locator;
  /** The row of a variant. */
  row: (variant: 'A' | 'B') => Locator;
  state: (row: Locator, state: StateName | RegExp) => Locator;
  /** A button of the bar below the table; it acts on the run in focus. */
  act: (name: 'Stop' | 'Pause' | 'Resume' | 'Rename' | 'Tag' | 'Delete') => Locator;
  /** Puts a run in focus. */
  focus: (row: Locator) => Promise<void>;
  /** Below the table, about the run in focus where it did not end well: why, what is kept, what to do. */
  advice: (text: RegExp) => Locator;
  tryAgain: Locator;
  /** Beside it: from the last good epoch with half the learning rate. */
  halfRate: Locator;
  compare: Locator;
  /** In the line above an experiment's runs. */
  compareExperiment: Locator;
  trash: Locator;
  epochProgress: Locator;
  filter: Locator;
  /** Of the table beside it, by its name. */
  dialog: (name: string | RegExp) => Locator;
  columnHead: (name: string) => Locator;
  plot: (name: 'Curves' | 'Scatter' | 'Parallel') => Locator;
  /** The scatter's place for the keyboard. */
  scatter: Locator;
  /** An axis of the parallel coordinates, by its name. */
  axis: (name: string) => Locator;
  /** The chart's place for the keyboard and readers, by its title. */
  chart: (title: string) => Locator;
  tab: (name: 'Log' | 'Info') => Locator;
  ready: () => Promise<void>;
}>;

export function runsPage(page: Page): RunsPage {
  const table = page.getByRole('grid', { name: 'Runs' });
  const rows = table
    .getByRole('row')
    .filter({ has: page.getByRole('checkbox', { name: /^Draw (?!all)/ }) });
  const list = page.getByRole('region', { name: 'Runs', exact: true });
  const row = (variant: 'A' | 'B') =>
    rows.filter({ has: page.getByRole('img', { name: `Variant ${variant}` }) });
  const chart = (title: string) =>
    page.getByRole('slider', { name: `${title}: read values along the axis` });
  return {
    table,
    compareExperiment: table.getByRole('link', { name: 'Compare' }),
    rows,
    row,
    state: (of, state) => of.getByRole('img', { name: state }),
    // The sentence above the bar may offer the same.
    act: (name) => list.getByRole('button', { name, exact: true }).last(),
    async focus(of) {
      await of.getByRole('gridcell').nth(4).click();
    },
    advice: (text) => list.getByText(text),
    tryAgain: list.getByRole('button', { name: 'Change and start again' }),
    halfRate: list.getByRole('button', { name: /^From epoch \d+, half the rate$/ }),
    compare: page.getByRole('banner').getByRole('button', { name: /^Compare/ }),
    trash: page.getByRole('link', { name: 'Trash' }),
    epochProgress: table.getByRole('progressbar'),
    filter: list.getByRole('searchbox', { name: 'Filter runs' }),
    dialog: (name) => page.getByRole('dialog', { name }),
    columnHead: (name) => table.getByRole('columnheader', { name }).getByRole('button'),
    plot: (name) => page.getByRole('radio', { name, exact: true }),
    scatter: page.getByRole('slider', { name: /arrows walk through the runs/ }),
    axis: (name) => page.getByRole('slider', { name: `${name}: select by interval` }),
    chart,
    tab: (name) => page.getByRole('button', { name, exact: true }),
    async ready() {
      await rows.first().waitFor();
      await chart('Validation loss').waitFor();
    },
  };
}
