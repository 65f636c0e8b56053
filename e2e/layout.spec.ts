import type { Page } from '@playwright/test';

import { expect, test } from './fixtures.ts';
import { screens } from './pages/frame.ts';

const widths = [900, 1100, 1280, 1600];

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
        Start: async () => page.getByRole('article').first().waitFor(),
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

test.describe('a window of 320 px, as a page at 400 %', () => {
  test.use({ scenario: 'pair', viewport: { width: 320, height: 800 } });

  test('nothing is cut off: what does not fit wraps, stacks or scrolls by itself', async ({
    workbench: page,
    chrome,
    data,
    newRun,
    runs,
    compare,
    embeddings,
    reports,
  }) => {
    const isWhole = async (what: string) =>
      expect.poll(() => overflowing(page, { isNarrow: true }), { message: what }).toEqual([]);

    await chrome.open('Start');
    await page.getByRole('article').first().waitFor();
    await isWhole('Start');

    await chrome.open('Data');
    await data.ready();
    for (const name of ['Length of reviews', 'Reviews', 'Classes', 'Vocabulary']) {
      const heading = page.getByRole('heading', { level: 2, name, exact: true });
      await heading.scrollIntoViewIfNeeded();
      await expect(heading).toBeInViewport({ ratio: 1 });
    }
    await isWhole('Data');
    for (const text of [/threads$/, /^memory/, 'All changes saved'])
      await expect(chrome.status.getByText(text)).toBeInViewport({ ratio: 1 });

    await chrome.open('New run');
    await newRun.ready();
    await newRun.vary('Filters', '32, 64');
    await isWhole('New run');

    await chrome.open('Runs');
    await runs.ready();
    await isWhole('Runs');

    await chrome.open('Compare');
    await compare.ready();
    const parts = ['Verdict', 'Curves', 'Confusion', 'ROC, PR', 'Flips'] as const;
    for (const name of parts) await expect(compare.part(name)).toBeInViewport({ ratio: 1 });
    for (const name of parts) {
      await compare.show(name);
      await isWhole(`Compare, ${name}`);
    }

    await chrome.open('Embeddings');
    await embeddings.ready();
    await embeddings.epoch.scrollIntoViewIfNeeded();
    await expect(embeddings.epoch).toBeInViewport({ ratio: 1 });
    await isWhole('Embeddings, Sentence');
    for (const name of ['Changed words', 'Projection', 'Training history'] as const) {
      await embeddings.view(name);
      await isWhole(`Embeddings, ${name}`);
    }

    await chrome.open('Reports');
    await isWhole('Reports, the list');
    await reports.compose();
    await isWhole('Reports');

    await chrome.open('Settings');
    await isWhole('Settings');
  });
});

/** The parts of the page whose content is wider than they are, and buttons that lie outside of the window. */
function overflowing(
  page: Page,
  /** Where tables are wider than the window, what lies in their own scroller is not outside. */
  { isNarrow = false } = {},
): Promise<string[]> {
  return page.evaluate((mayScroll) => {
    const scrolls = (control: Element): boolean => {
      for (let part = control.parentElement; part !== null; part = part.parentElement) {
        if (part.tagName === 'MAIN') return false;
        const isScroller = getComputedStyle(part).overflowX === 'auto';
        if (isScroller && part.scrollWidth > part.clientWidth) return true;
      }
      return false;
    };
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
        const isOutside = box.right > window.innerWidth + 1 || box.left < -1;
        return box.width > 1 && isOutside && !(mayScroll && scrolls(control));
      })
      .map((control) => `outside: ${control.outerHTML.slice(0, 120)}`);
    return [...wide, ...outside];
  }, isNarrow);
}
