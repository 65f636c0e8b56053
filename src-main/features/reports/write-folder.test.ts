import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { writeFolderWhole, type OutFile } from './write-folder.ts';

let parent: string;
let target: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'twofold-folder-'));
  target = path.join(parent, 'out');
});
afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

const file = (name: string, text: string): OutFile => ({
  path: name,
  parts: () => [new TextEncoder().encode(text)],
});
const read = (name: string) => readFileSync(path.join(target, name), 'utf8');
const names = () => readdirSync(target).filter((name) => !name.startsWith('.'));

test('a folder is written with its files, and nothing is left beside it', () => {
  const written = writeFolderWhole(target, [file('a.txt', 'one'), file('b/c.txt', 'two')], false);
  expect(written.path).toBe(target);
  expect([read('a.txt'), read('b/c.txt')]).toEqual(['one', 'two']);
  expect(readdirSync(parent)).toEqual(['out']);
  const list = readFileSync(path.join(target, '.twofold-export.json'));
  expect(written.bytes).toBe(6 + list.length);
});

test('what is there already stays, unless it is an earlier export and replacing is asked for', () => {
  writeFolderWhole(target, [file('a.txt', 'one'), file('old.txt', 'old')], false);
  expect(() => writeFolderWhole(target, [file('a.txt', 'two')], false)).toThrow(/there already/);
  expect(read('a.txt')).toBe('one');
  writeFolderWhole(target, [file('a.txt', 'two')], true);
  expect([names(), read('a.txt')]).toEqual([['a.txt'], 'two']);
  expect(readdirSync(parent)).toEqual(['out']);
});

test('a folder with anything else in it is never replaced', () => {
  writeFolderWhole(target, [file('a.txt', 'one')], false);
  mkdirSync(path.join(target, 'mine'));
  writeFileSync(path.join(target, 'mine', 'thesis.txt'), 'years of work');
  expect(() => writeFolderWhole(target, [file('a.txt', 'two')], true)).toThrow(/thesis\.txt/);
  expect([read('a.txt'), read('mine/thesis.txt')]).toEqual(['one', 'years of work']);
  expect(() => writeFolderWhole(path.join(target, 'a.txt'), [], true)).toThrow(/is a file/);
});

test('an empty folder is filled where replacing is asked for', () => {
  mkdirSync(target);
  writeFolderWhole(target, [file('a.txt', 'one')], true);
  expect(names()).toEqual(['a.txt']);
});

test('what fails on the way leaves the target as it was', () => {
  const full: OutFile = {
    path: 'b.txt',
    parts: () => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    },
  };
  expect(() => writeFolderWhole(target, [file('a.txt', 'two'), full], false)).toThrow('no space');
  expect(readdirSync(parent)).toEqual([]);
  writeFolderWhole(target, [file('a.txt', 'one')], false);
  expect(() => writeFolderWhole(target, [file('a.txt', 'two'), full], true)).toThrow('no space');
  expect([readdirSync(parent), read('a.txt')]).toEqual([['out'], 'one']);
});

test('a folder that does not exist is named', () => {
  const lost = path.join(parent, 'nowhere', 'out');
  expect(() => writeFolderWhole(lost, [file('a.txt', 'one')], false)).toThrow(
    `${lost} cannot be written: its folder does not exist.`,
  );
});
