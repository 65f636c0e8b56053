import type { FrameLocator, Locator, Page } from '@playwright/test';

import { frame } from './frame.ts';

export type ReportsPage = Readonly<{
  list: Locator;
  /** In the top bar. */
  create: Locator;
  openFile: Locator;
  export: Locator;
  /** The dialog that asks which runs. */
  chooser: Locator;
  title: Locator;
  sections: Locator;
  /** The order of the sections, as their names stand. */
  order: () => Promise<readonly string[]>;
  section: (name: string) => Locator;
  handle: (name: string) => Locator;
  /** Of "Own text", or of a section that is left out. */
  add: (name: string) => Promise<void>;
  takeOut: (name: string) => Locator;
  runs: Locator;
  /** The page that is shown. */
  preview: FrameLocator;
  /** Composes a report of everything there is on the Reports screen, and waits for its page. */
  compose: () => Promise<void>;
  ready: () => Promise<void>;
  /** The dialog that asks for format and place. */
  exporting: Locator;
  exportAs: (format: string, path: string) => Promise<void>;
}>;

export function reportsPage(page: Page): ReportsPage {
  const banner = page.getByRole('banner');
  const create = banner.getByRole('link', { name: 'New report' });
  const chooser = page.getByRole('dialog', { name: 'New report' });
  const panel = page.getByRole('region', { name: 'Sections' });
  const sections = panel.getByRole('list', { name: 'Sections' });
  const preview = page.frameLocator('iframe:not([inert])');
  const exporting = page.getByRole('dialog', { name: /^Export/ });
  const exportButton = banner.getByRole('button', { name: 'Export…' });
  const chrome = frame(page);
  const ready = async () => preview.getByRole('heading', { level: 1 }).waitFor();
  return {
    list: page.getByRole('table', { name: 'Saved reports' }),
    create,
    openFile: banner.getByRole('button', { name: 'Open report file…' }),
    export: exportButton,
    chooser,
    title: page.getByRole('textbox', { name: 'Title' }),
    sections,
    order: async () =>
      sections.getByRole('listitem').locator('.name > .ellipsis').allTextContents(),
    section: (name) => sections.getByRole('button', { name: new RegExp(`^${name}( Text)?$`) }),
    handle: (name) => sections.getByRole('button', { name: new RegExp(`^Move ${name}, place`) }),
    async add(name) {
      await panel.getByRole('button', { name: 'Add' }).click();
      await page.getByRole('menuitem', { name }).click();
    },
    takeOut: (name) => sections.getByRole('button', { name: `Take out ${name}`, exact: true }),
    runs: page.getByRole('list', { name: 'Runs of the report' }),
    preview,
    async compose() {
      await chrome.open('Reports');
      await create.click();
      await chooser.getByRole('checkbox').first().check();
      await chooser.getByRole('button', { name: 'Make the report' }).click();
      await ready();
    },
    ready,
    exporting,
    async exportAs(format, path) {
      if (await exporting.isHidden()) await exportButton.click();
      await exporting.getByLabel('Format', { exact: true }).click();
      await page.getByRole('option', { name: format, exact: true }).click();
      await exporting.getByRole('textbox', { name: 'File' }).fill(path);
      await exporting.getByRole('button', { name: 'Export', exact: true }).click();
    },
  };
}
