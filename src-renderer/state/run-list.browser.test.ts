import { expect, it } from 'vitest';

import type { CallInput } from '#contract/index.ts';
import type { RunSummary } from '#contract/run.ts';

import { buildRun } from '../testing/build-run.ts';
import { scriptedBridge } from '../testing/scripted-bridge.ts';
import { RunList } from './run-list.svelte.ts';

const idsOf = (runs: readonly RunSummary[] | undefined) => runs?.map(({ runId }) => runId);

type Home = { runs: RunSummary[]; asked: CallInput<'runs.list'>[] };

const isHere = (run: RunSummary): boolean => run.deletedAt === null;

/** A home that gives its runs in pages, those behind the first one once `open` is called, and the list that a window keeps of it. */
function listOf(count: number) {
  const home: Home = { runs: runsOf('run', count), asked: [] };
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const bridge = scriptedBridge({
    'runs.list': async (input) => {
      home.asked.push(input);
      const { before, runIds, limit } = input;
      if (before !== undefined) await gate;
      const from =
        before === undefined ? 0 : home.runs.findIndex(({ runId }) => runId === before) + 1;
      if (before !== undefined && from === 0)
        return { kind: 'notFound', message: `There is no run ${before}.` };
      return home.runs
        .slice(from)
        .filter((run) => isHere(run) && (runIds?.includes(run.runId) ?? true))
        .slice(0, limit);
    },
    'runs.figures': ({ runIds }) =>
      Object.fromEntries(runIds.map((runId) => [runId, { brier: Number(runId.slice(3)) }])),
  });
  const list = new RunList(bridge);
  const end = list.follow();
  const first = () => expect.poll(() => list.known?.length).toBe(Math.min(count, 200));
  const whole = () => expect.poll(() => idsOf(list.value)).toEqual(idsOf(home.runs.filter(isHere)));
  return { home, bridge, list, end, first, whole, open };
}

/** Newest first: `run3`, `run2`, `run1`. */
const runsOf = (name: string, count: number): RunSummary[] =>
  Array.from({ length: count }, (_, index) => buildRun({ runId: `${name}${count - index}` }));

const change = (home: Home, runId: string, changed: Partial<RunSummary>): void => {
  home.runs = home.runs.map((run) => (run.runId === runId ? { ...run, ...changed } : run));
};

it('shows the newest at once and knows when all are there', async () => {
  const { home, list, first, whole, open } = listOf(1_300);
  await first();
  expect(list.value).toBeUndefined();
  expect(list.holding(['run1300', 'run1200'])?.length).toBe(200);
  expect(list.holding(['run1300', 'run1'])).toBeUndefined();
  expect(list.holding([])).toBeUndefined();
  open();
  await whole();
  expect(list.holding(['gone'])).toBe(list.value);
  expect(home.asked.map(({ limit, before }) => [limit, before])).toEqual([
    [200, undefined],
    [500, 'run1101'],
    [500, 'run601'],
    [500, 'run101'],
  ]);
});

it('asks once where the first page holds all', async () => {
  const { home, whole } = listOf(3);
  await whole();
  expect(home.asked).toEqual([{ limit: 200 }]);
});

it('brings what happened between two pages after the last: changed, gone, and new', async () => {
  const { home, bridge, list, first, whole, open } = listOf(900);
  await first();
  change(home, 'run850', { name: 'pilot' });
  // The end of the page behind which the next goes on.
  change(home, 'run701', { deletedAt: '2026-02-04T00:00:00.000Z' });
  home.runs = [buildRun({ runId: 'new' }), ...home.runs];
  for (const runId of ['run850', 'run701', 'new']) bridge.emit('runs.changed', { runId });
  open();
  await whole();
  await expect.poll(() => list.value?.find(({ runId }) => runId === 'run850')?.name).toBe('pilot');
  // No page was asked for twice, but the newest, for the place of the new one.
  expect(home.asked.filter(({ before }) => before === 'run701')).toHaveLength(1);
});

it('places a new run without fetching all', async () => {
  const { home, bridge, list, whole, open } = listOf(900);
  open();
  await whole();
  const before = list.value ?? [];
  home.asked.length = 0;
  home.runs = [buildRun({ runId: 'new' }), ...home.runs];
  await list.catchUp(['new']);
  await whole();
  expect(list.value?.[1]).toBe(before[0]);
  expect(home.asked).toEqual([{ runIds: ['new'] }, { limit: 200 }]);

  // One that comes back from the trash deep in the list has no place that a page would tell.
  home.runs = [...home.runs.slice(0, 600), buildRun({ runId: 'back' }), ...home.runs.slice(600)];
  bridge.emit('runs.changed', { runId: 'back' });
  await whole();
});

it('fetches all anew once the connection is back, and keeps what it has until then', async () => {
  const { home, bridge, list, whole, open } = listOf(700);
  open();
  await whole();
  bridge.connection('lost');
  change(home, 'run5', { name: 'pilot' });
  home.asked.length = 0;
  bridge.connection('open');
  expect(list.value?.length).toBe(700);
  await expect.poll(() => list.value?.find(({ runId }) => runId === 'run5')?.name).toBe('pilot');
  expect(home.asked.map(({ limit }) => limit)).toEqual([200, 500, 500]);
});

it('begins again where another database took the place of the one that it was reading', async () => {
  const { home, first, whole, open } = listOf(900);
  await first();
  home.runs = runsOf('other', 300);
  open();
  await whole();
});

it('takes nothing any more once it is not followed', async () => {
  const { home, list, end, first, open } = listOf(900);
  await first();
  end();
  open();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(list.value).toBeUndefined();
  expect(home.asked).toHaveLength(2);
});

it('has the figures of predictions from when they are asked for, of changed runs too', async () => {
  const { home, bridge, list, whole } = listOf(2);
  await whole();
  expect(list.value?.[0]).not.toHaveProperty('figures');
  list.wantFigures();
  await expect
    .poll(() => list.value?.map(({ figures }) => figures))
    .toEqual([{ brier: 2 }, { brier: 1 }]);
  change(home, 'run1', { name: 'renamed' });
  bridge.emit('runs.changed', { runId: 'run1' });
  await expect
    .poll(() => list.value?.[1])
    .toMatchObject({ name: 'renamed', figures: { brier: 1 } });
});
