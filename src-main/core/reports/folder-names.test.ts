import { expect, test } from 'vitest';

import { folderNames } from './folder-names.ts';

const named = (...names: string[]) =>
  folderNames(names.map((name, index) => ({ runId: `r${index}`, name })));

test('a folder is named after its run', () => {
  expect(named('A seed 1', 'B, 학습률 0.001')).toEqual(['A seed 1', 'B, 학습률 0.001']);
});

test('what a file system does not take is replaced', () => {
  expect(named('../..//x', '--help', '-- x', 'a<b>:"c"|?*', ' .hidden. ', 'a/b\\c')).toEqual([
    'x-r0',
    'help',
    'x-r2',
    'a-b-c-',
    'hidden',
    'a-b-c',
  ]);
});

test('names that would be one folder, none, or a device have the id behind them', () => {
  expect(named('Twin', 'twin', 'other')).toEqual(['Twin-r0', 'twin-r1', 'other']);
  expect(named('...', 'nul', 'con.txt', 'console')).toEqual([
    'r0',
    'nul-r1',
    'con.txt-r2',
    'console',
  ]);
});

test('a long name is cut between characters', () => {
  expect(named('😀'.repeat(200))).toEqual(['😀'.repeat(50)]);
});
