import { describe, expect, it } from 'vitest';

import type { ImportProgress } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';

import { createPace, type Pace } from './importer.ts';

/** Works until the pace asks for a breath. */
function breathOf(pace: Pace): Promise<void> {
  for (;;) {
    const breath = pace.breathe();
    if (breath !== undefined) return breath;
  }
}

describe('createPace', () => {
  it('stops the work at the next breath after a cancel, with the reason given', async () => {
    const controller = new AbortController();
    const pace = createPace(controller.signal, () => undefined);
    await expect(breathOf(pace)).resolves.toBeUndefined();
    controller.abort(new AppError('cancelled', 'The import was cancelled.'));
    await expect(breathOf(pace)).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('lets others run while it breathes', async () => {
    const pace = createPace(new AbortController().signal, () => undefined);
    let hasRun = false;
    setImmediate(() => (hasRun = true));
    await breathOf(pace);
    expect(hasRun).toBe(true);
  });

  it('reports each new phase and each end, and leaves out what comes too soon', () => {
    const seen: ImportProgress[] = [];
    const pace = createPace(new AbortController().signal, (progress) => seen.push(progress));
    for (let done = 1; done <= 50; done += 1) pace.report({ phase: 'reading', done, total: 50 });
    pace.report({ phase: 'encoding', done: 1, total: 9 });
    expect(seen[0]).toEqual({ phase: 'reading', done: 1, total: 50 });
    expect(seen).toContainEqual({ phase: 'reading', done: 50, total: 50 });
    expect(seen.at(-1)).toEqual({ phase: 'encoding', done: 1, total: 9 });
    expect(seen.length).toBeLessThan(51);
  });
});
