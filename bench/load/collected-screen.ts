import { setTimeout as pause } from 'node:timers/promises';

import { startServer } from '../../e2e/scenarios/server.ts';
import { openChromium } from './chromium.ts';
import { openRuns } from './open-runs.ts';
import { probe, type Cost } from './probe.ts';

/** The screen of an experiment: until it is shown (the middle of five times), and while its bundles come in. */
export type ScreenTimes = Readonly<{
  openedMs: number;
  opening: Cost;
  collectedS: number;
  collecting: Cost;
}>;

/** Opens Runs over a home whose runs are all with Slurm and have left their bundles: a window takes those in by itself. */
export async function measureScreen(home: string, count: number): Promise<ScreenTimes> {
  const browser = await openChromium();
  const server = await startServer(home, { isChecked: false });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(600_000);
    await page.goto(server.link);
    const { measure } = await probe(page);
    const opened = await openRuns(page, 'main tr[data-run]');
    const finished = page.getByText(new RegExp(`(^|\\D)${count.toLocaleString('en')} finished`));
    const begun = page.getByText(/\d finished/).first();
    await begun.waitFor();
    const collecting = await measure(async () => {
      await finished.first().waitFor();
      await pause(500);
    });
    return {
      openedMs: opened.ms,
      opening: opened.cost,
      collectedS: collecting.wallMs / 1000,
      collecting,
    };
  } finally {
    await browser.close();
    await server.stop();
  }
}
