import { expect, it } from 'vitest';

import { buildRun } from '../testing/build-run.ts';
import { RunMarks } from './run-marks.svelte.ts';

const pairs = [1, 2, 3, 4, 5].flatMap((seed) =>
  (['A', 'B'] as const).map((variant) =>
    buildRun({ runId: `${variant}${seed}`, variant, experimentId: 'e', config: { seed } }),
  ),
);
const newestFirst = [...pairs].reverse();
const idsOf = (runs: readonly { runId: string }[]): string[] => runs.map(({ runId }) => runId);

it('draws the whole newest experiment at first', () => {
  const marks = new RunMarks();
  marks.follow([...newestFirst, buildRun({ runId: 'alone' })], null);
  expect(idsOf(marks.chosenOf(newestFirst).runs)).toEqual(idsOf(pairs));
  expect(marks.drawn.has('alone')).toBe(false);
});

it('draws and pins what was remembered, leaving out what is gone', () => {
  const marks = new RunMarks();
  marks.follow(newestFirst, { drawn: ['A2', 'gone', 'B2'], pinned: 'A2' });
  expect([...marks.drawn]).toEqual(['A2', 'B2']);
  expect(marks.remembered).toEqual({ drawn: ['A2', 'B2'], pinned: 'A2' });
});

it('draws what is started later, and keeps the tick of what comes back from the trash', () => {
  const marks = new RunMarks();
  marks.follow(newestFirst, { drawn: ['A1'], pinned: null });
  marks.follow(
    [buildRun({ runId: 'new', state: 'queued', best: null }), ...newestFirst.slice(0, -2)],
    null,
  );
  expect(marks.drawn.has('new')).toBe(true);
  expect(marks.remembered?.drawn).toEqual(['new']);
  marks.follow(newestFirst, null);
  expect(marks.drawn.has('A1')).toBe(true);
});

it('compares the selected runs that have a result, and the drawn ones where none is selected', () => {
  const marks = new RunMarks();
  const queued = buildRun({ runId: 'queued', state: 'queued', best: null });
  marks.follow([queued, ...newestFirst], { drawn: ['A1', 'B1'], pinned: null });
  marks.selected.add('A3').add('B3').add('queued');
  const chosen = marks.chosenOf([queued, ...newestFirst]);
  expect([chosen.from, ...idsOf(chosen.runs)]).toEqual(['selected', 'A3', 'B3']);
  marks.selected.clear();
  expect([...idsOf(marks.chosenOf(newestFirst).runs)]).toEqual(['A1', 'B1']);
});
