import type { Locator, Page } from '@playwright/test';

export type EmbeddingsPage = Readonly<{
  heatmap: Locator;
  /** One badge a panel. */
  badges: Locator;
  panel: (label: string) => Locator;
  epoch: Locator;
  ready: () => Promise<void>;
}>;

export function embeddingsPage(page: Page): EmbeddingsPage {
  const sentence = page.getByRole('region', { name: 'Sentence', exact: true });
  const heatmap = page.getByRole('slider', { name: 'Embedding of the sentence, token by token' });
  return {
    heatmap,
    badges: sentence.getByText('not aligned: do not read'),
    panel: (label) => sentence.getByText(label, { exact: true }),
    epoch: page.getByRole('slider', { name: 'Epoch' }),
    async ready() {
      await heatmap.waitFor();
      await sentence.getByText('not aligned: do not read').first().waitFor();
      // In a narrow window it stands in a drawer.
      await page
        .getByText(/(right|wrong)$/)
        .last()
        .waitFor({ state: 'attached' });
    },
  };
}
