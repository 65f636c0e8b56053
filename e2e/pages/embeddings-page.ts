import type { Locator, Page } from '@playwright/test';

type View = 'Sentence' | 'Changed words' | 'Projection' | 'Training history';

export type EmbeddingsPage = Readonly<{
  heatmap: Locator;
  panel: (label: string) => Locator;
  epoch: Locator;
  ready: () => Promise<void>;
  view: (name: View) => Promise<void>;
  /** What stands beside the ranked words. */
  beside: (name: 'Whole tables' | 'Word' | 'Transplant test' | 'Reviews') => Promise<void>;
  /** Compares what is chosen, and waits for it. */
  compare: () => Promise<void>;
  /** The ranked words of a comparison. */
  ranked: Locator;
  rankedRow: (word: string) => Locator;
  /** A table's projection, as keys and readers know it. */
  projection: (table: string) => Locator;
  /** Draws a line around a part of a projection, in shares of its sides. */
  lasso: (
    table: string,
    from: readonly [number, number],
    to: readonly [number, number],
  ) => Promise<void>;
  saved: () => Promise<Locator>;
}>;

export function embeddingsPage(page: Page): EmbeddingsPage {
  const sentence = page.getByRole('region', { name: 'Sentence', exact: true });
  const heatmap = page.getByRole('slider', { name: /^Aligned embedding/ });
  const ranked = page.getByRole('grid', { name: 'Ranked words' });
  const projection = (table: string): Locator =>
    page.getByRole('slider', { name: new RegExp(`^${table}\\. axis \\d`) });
  return {
    heatmap,
    panel: (label) => sentence.getByText(label, { exact: true }),
    epoch: page.getByRole('slider', { name: 'Epoch', exact: true }),
    async ready() {
      await heatmap.waitFor();
      // In a narrow window it stands in a drawer.
      await page
        .getByText(/(correct|wrong)$/)
        .last()
        .waitFor({ state: 'attached' });
    },
    async view(name) {
      await page.getByRole('radio', { name }).check();
    },
    async beside(name) {
      await page.getByRole('radio', { name, exact: true }).check();
    },
    async compare() {
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await ranked.waitFor();
    },
    ranked,
    rankedRow: (word) =>
      ranked
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name: word, exact: true }) }),
    projection,
    async lasso(table, [left, top], [right, bottom]) {
      const box = await projection(table).boundingBox();
      if (box === null) throw new Error(`The projection of ${table} is not to be seen.`);
      const go = (x: number, y: number) =>
        page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
      await go(left, top);
      await page.mouse.down();
      for (const [x, y] of [
        [right, top],
        [right, bottom],
        [left, bottom],
      ] as const)
        await go(x, y);
      await page.mouse.up();
    },
    async saved() {
      await page.getByRole('button', { name: 'Saved', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Saved comparisons' });
      await dialog.waitFor();
      return dialog;
    },
  };
}
