import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collectNotices, packagesOfMain, packagesOfModules } from './notices.mjs';
import { root } from '../places.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-notices-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function addPackage(name, facts, files = {}) {
  const at = path.join(folder, 'node_modules', name);
  mkdirSync(at, { recursive: true });
  writeFileSync(
    path.join(at, 'package.json'),
    JSON.stringify({ name, version: '1.0.0', ...facts }),
  );
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(at, file), text);
  return at;
}

describe('the notices of a package', () => {
  const partOf = ({ parts, texts }, name) => {
    const part = parts.find((one) => one.name === name);
    return { ...part, texts: part.texts.map((index) => texts[index]) };
  };

  test('are its own files, else the standard text of its licence with its author', () => {
    const found = collectNotices([
      addPackage('own', { license: 'MIT' }, { 'LICENSE.md': 'My words\r\n', NOTICE: 'And more' }),
      addPackage('bare', { license: '(MIT OR Apache-2.0)', author: 'Ada <ada@example.org>' }),
      addPackage('silent', {}, { LICENSE: 'MIT License\n\nCopyright' }),
      addPackage('old', { licenses: [{ type: 'BSD-3-Clause' }] }, { COPYING: 'My words' }),
    ]);
    expect(partOf(found, 'own')).toMatchObject({ licence: 'MIT', texts: ['My words', 'And more'] });
    expect(partOf(found, 'silent').licence).toBe('MIT');
    const bare = partOf(found, 'bare').texts;
    expect(bare).toHaveLength(2);
    expect(bare[0]).toContain('Copyright (c) Ada\n');
    expect(bare[1]).toContain('Apache License');
    expect(partOf(found, 'old')).toMatchObject({ licence: 'BSD-3-Clause', texts: ['My words'] });
    expect(found.texts.filter((text) => text === 'My words')).toHaveLength(1);
    expect(partOf(found, 'TensorFlow').texts[0]).toContain('Apache License');
  });

  test('are found by the modules of a bundle, nested and scoped ones too', () => {
    const plain = addPackage('plain', {});
    const nested = addPackage('plain/node_modules/@scope/inner', {});
    expect([
      ...packagesOfModules([
        `${plain}/dist/a.js`,
        `\0${plain}/b.js?commonjs`,
        `${nested}/index.js`,
        '/somewhere/src/own.ts',
        '\0virtual',
      ]),
    ]).toEqual([plain, nested]);
  });
});

test('every part of this project that is handed on has a licence with its text', () => {
  const found = collectNotices(packagesOfMain(root));
  const names = found.parts.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['better-sqlite3', 'fastify', 'pretendard', 'zod', 'SQLite']),
  );
  expect(names.filter((name) => /^node-(linux|win)|^electron|^vitest$/.test(name))).toEqual([]);
  expect(
    found.parts.filter(({ licence, texts }) => licence === 'unknown' || texts.length === 0),
  ).toEqual([]);
});
