import type { Locator, Page } from '@playwright/test';

export const screens = [
  'Start',
  'Data',
  'New run',
  'Runs',
  'Compare',
  'Embeddings',
  'Reports',
  'Settings',
] as const;
export type ScreenName = (typeof screens)[number];

/** What every screen has: navigation, heading, notes, status. */
export type Frame = Readonly<{
  open: (screen: ScreenName) => Promise<void>;
  heading: (screen: ScreenName) => Locator;
  link: (screen: ScreenName) => Locator;
  /** Short notes at the bottom; an undo is in the note it belongs to. */
  notes: Locator;
  undo: Locator;
  status: Locator;
  /** Above every screen: runs whose process vanished. */
  interruption: Locator;
  paletteField: Locator;
}>;

export function frame(page: Page): Frame {
  const link = (screen: ScreenName) =>
    page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('link', { name: screen, exact: true });
  const heading = (screen: ScreenName) =>
    page.getByRole('heading', { level: 1, name: screen, exact: true });
  const notes = page.getByRole('status', { name: 'Notes' });
  return {
    async open(screen) {
      await link(screen).click();
      await heading(screen).waitFor();
    },
    heading,
    link,
    notes,
    undo: notes.getByRole('button', { name: 'Undo' }),
    status: page.getByRole('contentinfo', { name: 'Status' }),
    interruption: page.getByRole('status', { name: 'Interrupted runs' }),
    paletteField: page.getByRole('dialog', { name: 'Go to or do' }).getByRole('combobox'),
  };
}
