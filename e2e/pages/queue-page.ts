import type { Locator, Page } from '@playwright/test';

export type QueuePage = Readonly<{
  panel: Locator;
  open: () => Promise<void>;
  close: Locator;
  /** Rows that train or wait, in their order. */
  rows: Locator;
  /** Names of those that wait. */
  waiting: () => Promise<string[]>;
  handle: (name: string) => Locator;
  remove: (name: string) => Locator;
  pause: Locator;
  start: Locator;
  queueFirst: Locator;
}>;

export function queuePage(page: Page): QueuePage {
  const panel = page.getByRole('complementary', { name: 'Queue' });
  const handles = panel.getByRole('button', { name: /^Move / });
  return {
    panel,
    async open() {
      await page.getByRole('contentinfo', { name: 'Status' }).getByRole('button').click();
      await panel.waitFor();
    },
    close: panel.getByRole('button', { name: 'Close the queue' }),
    rows: panel.getByRole('listitem'),
    waiting: () =>
      handles.evaluateAll((found) =>
        found.map((handle) => handle.closest('li')?.querySelector('a')?.textContent ?? ''),
      ),
    handle: (name) => panel.getByRole('button', { name: new RegExp(`^Move ${name},`) }),
    remove: (name) => panel.getByRole('button', { name: `Take ${name} out of the queue` }),
    pause: panel.getByRole('button', { name: 'Pause queue' }),
    start: panel.getByRole('button', { name: 'Start queue' }),
    queueFirst: panel.getByRole('button', { name: 'Queue first' }),
  };
}
