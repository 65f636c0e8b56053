import type { CDPSession, Page } from '@playwright/test';

/** What a stretch of time cost the page. */
export type Cost = Readonly<{
  wallMs: number;
  /** Processor time of the page's main thread: tasks, and script alone. */
  taskMs: number;
  scriptMs: number;
  /** Tasks longer than 50 ms, as the browser reports them. */
  longTasks: readonly number[];
}>;

export type Probe = Readonly<{ measure: (work: () => Promise<void>) => Promise<Cost> }>;

/** Reads the browser's own counters around some work. */
export async function probe(page: Page): Promise<Probe> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return {
    async measure(work) {
      await page.evaluate(() => {
        const seen: number[] = [];
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) seen.push(entry.duration);
        });
        observer.observe({ type: 'longtask' });
        Object.assign(window, { loadProbe: { seen, observer } });
      });
      const before = await counters(session);
      const startMs = performance.now();
      await work();
      const wallMs = performance.now() - startMs;
      const after = await counters(session);
      const longTasks = await page.evaluate(() => {
        const { seen, observer } = (
          window as unknown as { loadProbe: { seen: number[]; observer: PerformanceObserver } }
        ).loadProbe;
        for (const entry of observer.takeRecords()) seen.push(entry.duration);
        observer.disconnect();
        return seen;
      });
      return {
        wallMs,
        taskMs: after.task - before.task,
        scriptMs: after.script - before.script,
        longTasks,
      };
    },
  };
}

/**
 * Milliseconds from a click in the page to the frame that shows what it asks for; measured inside the page, without the way there and
 * back.
 */
export function untilShown(page: Page, click: string, shown: string): Promise<number> {
  return page.evaluate(
    ([clickOn, waitFor]) =>
      new Promise<number>((resolve, reject) => {
        const target = document.querySelector<HTMLElement>(clickOn);
        if (target === null) {
          reject(new Error(`Nothing matches ${clickOn}.`));
          return;
        }
        const startMs = performance.now();
        const look = (): void => {
          if (document.querySelector(waitFor) === null) requestAnimationFrame(look);
          // The frame after the one in which it is there has painted it.
          else requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - startMs)));
        };
        target.click();
        look();
      }),
    [click, shown] as const,
  );
}

async function counters(session: CDPSession): Promise<Readonly<{ task: number; script: number }>> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1000;
  return { task: of('TaskDuration'), script: of('ScriptDuration') };
}
