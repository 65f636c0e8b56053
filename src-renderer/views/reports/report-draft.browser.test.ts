import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Report, ReportSpec } from '#contract/report.ts';

import { scriptedBridge } from '../../testing/scripted-bridge.ts';
import { ReportDraft } from './report-draft.svelte.ts';
import { ReportPreview } from './report-preview.svelte.ts';

const spec: ReportSpec = {
  title: 'First',
  runIds: ['a', 'b'],
  experimentId: null,
  weights: 'best',
  blocks: [{ kind: 'question' }, { kind: 'text', text: 'mine' }],
};
const report = (of: ReportSpec): Report => ({
  reportId: 'r',
  spec: of,
  createdAt: '2026',
  updatedAt: '2026',
  deletedAt: null,
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Answers when it is told to. */
function slowly() {
  const waiting: (() => void)[] = [];
  const saved: ReportSpec[] = [];
  const bridge = scriptedBridge({
    'reports.save': async ({ spec: of }) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      saved.push(of as ReportSpec);
      return report(of as ReportSpec);
    },
  });
  return { bridge, saved, answer: () => waiting.shift()?.() };
}

test('changes are saved together, and once more for what is changed while they are', async () => {
  const { bridge, saved, answer } = slowly();
  const draft = new ReportDraft(bridge, report(spec));
  draft.change({ title: 'Second' });
  draft.change({ weights: 'last' });
  expect([draft.isSaved, bridge.calls.length]).toEqual([false, 0]);
  await vi.runAllTimersAsync();
  draft.change({ title: 'Third' });
  await vi.runAllTimersAsync();
  expect(bridge.calls).toHaveLength(1);
  answer();
  await vi.runAllTimersAsync();
  expect(draft.isSaved).toBe(false);
  answer();
  await vi.runAllTimersAsync();
  expect(saved.map(({ title, weights }) => [title, weights])).toEqual([
    ['Second', 'last'],
    ['Third', 'last'],
  ]);
  expect(draft.isSaved).toBe(true);
});

test('a title that is none is told of, and the last one stays', async () => {
  const { bridge } = slowly();
  const draft = new ReportDraft(bridge, report(spec));
  draft.change({ title: '  ' });
  await vi.runAllTimersAsync();
  expect(draft.titleProblem).toMatch(/1 to 200 characters/);
  expect([draft.spec.title, draft.isSaved, bridge.calls.length]).toEqual(['First', true, 0]);
});

test('what another window saved is taken over, but not over a change that is not saved yet', async () => {
  const { bridge, saved, answer } = slowly();
  const draft = new ReportDraft(bridge, report(spec));
  draft.follow(report({ ...spec, title: 'Theirs', blocks: [{ kind: 'metrics' }] }));
  expect([draft.title, draft.blocks.map(({ block }) => block.kind)]).toEqual([
    'Theirs',
    ['metrics'],
  ]);
  draft.change({ title: 'Mine' });
  draft.follow(report({ ...spec, title: 'Theirs again' }));
  expect(draft.title).toBe('Mine');
  await vi.runAllTimersAsync();
  answer();
  await vi.runAllTimersAsync();
  expect(saved.map(({ title }) => title)).toEqual(['Mine']);
});

test('curves from outside are kept with the report, and can be left out again', async () => {
  const { bridge, saved, answer } = slowly();
  const draft = new ReportDraft(bridge, report({ ...spec, curveIds: ['c'] }));
  draft.change({ title: 'Second' });
  await vi.runAllTimersAsync();
  answer();
  await vi.runAllTimersAsync();
  draft.change({ curveIds: [] });
  await vi.runAllTimersAsync();
  answer();
  await vi.runAllTimersAsync();
  expect(saved.map(({ title, curveIds }) => [title, curveIds])).toEqual([
    ['Second', ['c']],
    ['Second', undefined],
  ]);
});

test('what could not be saved is said, and saved with the next try', async () => {
  let isBusy = true;
  const bridge = scriptedBridge({
    'reports.save': ({ spec: of }) =>
      isBusy ? { kind: 'storage', message: 'The disk is full.' } : report(of as ReportSpec),
  });
  const draft = new ReportDraft(bridge, report(spec));
  draft.change({ title: 'Second' });
  await vi.runAllTimersAsync();
  expect([draft.failure?.message, draft.isSaved]).toEqual(['The disk is full.', false]);
  isBusy = false;
  await draft.save();
  expect([draft.failure, draft.isSaved]).toEqual([undefined, true]);
});

test('one page is asked for at a time, then the newest', async () => {
  const answers: ((address: string) => void)[] = [];
  const bridge = scriptedBridge({
    'reports.preview': async () => ({
      address: await new Promise<string>((resolve) => answers.push(resolve)),
      leftOut: [],
    }),
  });
  const preview = new ReportPreview(bridge);
  for (const title of ['1', '2', '3']) {
    preview.ask({ ...spec, title });
    await vi.runAllTimersAsync();
  }
  expect(bridge.inputsOf('reports.preview').map(({ spec }) => spec.title)).toEqual(['1']);
  answers.shift()?.('/one');
  await vi.runAllTimersAsync();
  expect([preview.address, preview.isUnderWay]).toEqual(['/one', true]);
  expect(bridge.inputsOf('reports.preview').map(({ spec }) => spec.title)).toEqual(['1', '3']);
  answers.shift()?.('/three');
  await vi.runAllTimersAsync();
  expect([preview.address, preview.isUnderWay]).toEqual(['/three', false]);
});
