import type { Page } from '@playwright/test';

import { expect, test } from './fixtures.ts';
import { screens } from './pages/frame.ts';

const widths = [1100, 1280, 1600];

for (const scenario of ['empty', 'pair'] as const) {
  test.describe(`home: ${scenario}`, () => {
    test.use({ scenario });

    test('no screen is wider than its window', async ({
      workbench: page,
      chrome,
      data,
      newRun,
      runs,
      compare,
      embeddings,
      reports,
    }) => {
      const ready = {
        Data: data.ready,
        'New run': newRun.ready,
        Runs: runs.ready,
        Compare: compare.ready,
        Embeddings: embeddings.ready,
        Reports: reports.compose,
        Settings: async () => chrome.heading('Settings').waitFor(),
      };
      for (const screen of screens) {
        await chrome.open(screen);
        if (scenario === 'pair') await ready[screen]();
        for (const width of widths) {
          await page.setViewportSize({ width, height: 800 });
          await expect
            .poll(() => overflowing(page), { message: `${screen} at ${width} px` })
            .toEqual([]);
        }
      }
    });
  });
}

/** The parts of the page whose content is wider than they are, and buttons that lie outside of the window. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = [
      document.documentElement,
      document.body,
      ...document.querySelectorAll('nav, header, main, main section, footer'),
    ];
    const wide = parts
      .filter((part) => {
        const { overflowX } = getComputedStyle(part);
        const scrollsByItself = overflowX === 'auto' && part.tagName !== 'MAIN';
        return !scrollsByItself && part.scrollWidth > part.clientWidth + 1;
      })
      .map(
        (part) =>
          `${part.tagName.toLowerCase()} ${part.getAttribute('aria-label') ?? ''} ${part.scrollWidth} > ${part.clientWidth}`,
      );
    const outside = [
      ...document.querySelectorAll('main button, main a, main input, header button, header a'),
    ]
      .filter((control) => {
        const box = control.getBoundingClientRect();
        return box.width > 1 && (box.right > window.innerWidth + 1 || box.left < -1);
      })
      .map((control) => `outside: ${control.outerHTML.slice(0, 120)}`);
    return [...wide, ...outside];
  });
}
