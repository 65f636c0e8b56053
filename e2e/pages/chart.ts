import type { Locator } from '@playwright/test';

/** What a reader hears at the right end of a chart. The end moves while points arrive: poll it. */
export async function lastPoint(chart: Locator): Promise<string> {
  await chart.press('End');
  return (await chart.getAttribute('aria-valuetext')) ?? '';
}
