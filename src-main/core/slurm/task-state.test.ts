import { describe, expect, test } from 'vitest';

import { secondsOfSlurmTime } from '#contract/slurm-time.ts';

import { sayReason } from '../wording/reasons.ts';
import { arrayOf, trainScript } from './batch-script.ts';
import {
  endingOf,
  readSacct,
  readSqueue,
  stateUnderway,
  taskStateIn,
  type TaskState,
} from './task-state.ts';

const files = { log: '/s/logs/1.log', bundle: '/s/bundles/1.twofold' };
const told = (state: string, rest: Partial<TaskState> = {}): TaskState => ({
  ...{ state, reason: null, exitCode: 0, signal: 0 },
  ...rest,
});

test('squeue: a line a task, its status as wait has it', () => {
  const output =
    '7|1|COMPLETED|None|0|\n7|2|FAILED|NonZeroExitCode|768|\n7|3|FAILED|X|9|\n7|4|PENDING|Resources|0|\n';
  expect([...readSqueue(output)]).toEqual([
    ['7_1', told('COMPLETED')],
    ['7_2', told('FAILED', { reason: 'NonZeroExitCode', exitCode: 3 })],
    ['7_3', told('FAILED', { reason: 'X', signal: 9 })],
    ['7_4', told('PENDING', { reason: 'Resources' })],
  ]);
  expect(readSqueue('\n').size).toBe(0);
});

test('sacct: who cancelled it is left out, and so are steps; what never began is one', () => {
  const output =
    '7_1|CANCELLED by 1000|0:15\n7_2|OUT_OF_MEMORY|0:125\n7_[3-9]|PENDING|0:0\n7_1.batch|CANCELLED|0:15\n';
  expect([...readSacct(output)]).toEqual([
    ['7_1', told('CANCELLED', { signal: 15 })],
    ['7_2', told('OUT_OF_MEMORY', { signal: 125 })],
    ['7_N/A', told('PENDING')],
  ]);
});

test('an array that was cancelled before any task began tells for all of them', () => {
  const states = readSqueue('7|N/A|CANCELLED|PartitionDown|0|\n8|1|RUNNING|None|0|\n');
  expect(taskStateIn(states, '7', 2)).toMatchObject({ state: 'CANCELLED' });
  expect(taskStateIn(states, '8', 1)).toMatchObject({ state: 'RUNNING' });
  expect(taskStateIn(states, '8', 2)).toBeNull();
  expect(taskStateIn(states, null, 1)).toBeNull();
});

test('what waits, what trains, what is over', () => {
  const states = ['PENDING', 'REQUEUED', 'RUNNING', 'COMPLETING', 'TIMEOUT', 'COMPLETED'];
  expect(states.map((state) => stateUnderway(told(state)))).toEqual([
    ...['queued', 'queued', 'running', 'running', null, null],
  ]);
});

describe('why a task without a bundle is over', () => {
  const last = { phase: 'training', reason: null, epoch: 2, step: 40 };
  test.each([
    [told('TIMEOUT'), last, 'failed', /time limit.*--time/],
    [told('OUT_OF_MEMORY'), last, 'failed', /--memory/],
    [told('NODE_FAIL'), null, 'interrupted', /lost the node/],
    [told('PREEMPTED'), null, 'interrupted', /Another job/],
    [told('CANCELLED'), last, 'interrupted', /scancel/],
    [told('FAILED', { signal: 9 }), last, 'interrupted', /signal 9/],
    [told('FAILED', { exitCode: 3 }), last, 'failed', /exit code 3\).*\/s\/logs\/1\.log/],
    [told('COMPLETED'), last, 'interrupted', /\/s\/bundles\/1\.twofold is not there/],
    [null, last, 'interrupted', /epoch 2, step 40/],
    [null, null, 'interrupted', /cancelled while it waited, or ended long ago without a word/],
    [
      told('FAILED', { exitCode: 1 }),
      { ...last, phase: 'failed', reason: 'Why.' },
      'failed',
      /^Why\.$/,
    ],
    [told('RUNNING'), { ...last, phase: 'ended' }, 'interrupted', /bundles\/1\.twofold/],
  ] as const)('%o', (state, word, expected, reason) => {
    const ending = endingOf(state, word, files);
    expect(ending.state).toBe(expected);
    expect(sayReason(ending.reason)).toMatch(reason);
  });
});

test('array indices in ranges, with the limit', () => {
  expect(arrayOf([3, 1, 2, 7], undefined)).toBe('1-3,7');
  expect(arrayOf([5], 2)).toBe('5%2');
});

test('time limits as sbatch takes them', () => {
  const seconds = ['90', '1:30', '2:30:00', '1-12', '1-0:30', '1-0:0:5', '0', 'x', '1:2:3:4', ''];
  expect(seconds.map(secondsOfSlurmTime)).toEqual([
    ...[5400, 90, 9000, 129_600, 88_200, 86_405, null, null, null, null],
  ]);
});

test('the script: wishes in its head, paths that hold anything in its one line', () => {
  const script = trainScript({
    ...{ name: 'twofold-e1', folder: "/shared/it's here", program: ['/n o/node', '/t/main.ts'] },
    options: { cpus: 4, time: '2', partition: 'long', memory: '4G', checkpointSeconds: 120 },
  });
  const wishes = script.split('\n').filter((line) => line.startsWith('#SBATCH'));
  expect(wishes).toEqual([
    '#SBATCH --job-name=twofold-e1',
    '#SBATCH --output=logs/%a.log',
    '#SBATCH --open-mode=append',
    '#SBATCH --requeue',
    '#SBATCH --signal=B:TERM@30',
    '#SBATCH --ntasks=1',
    '#SBATCH --cpus-per-task=4',
    '#SBATCH --partition=long',
    '#SBATCH --time=2',
    '#SBATCH --mem=4G',
  ]);
  expect(script).toMatch(/^#!\/bin\/bash\n/);
  expect(script).toContain(
    String.raw`exec '/n o/node' '/t/main.ts' 'task' '/shared/it'\''s here' "$SLURM_ARRAY_TASK_ID"`,
  );
});
