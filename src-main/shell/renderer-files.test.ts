import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { readRendererFiles } from './renderer-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-files-'));
  mkdirSync(path.join(folder, 'assets'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('maps exactly the files of known types, index.html as /', () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(path.join(folder, 'assets/app-1a2b.js'), 'export {};');
  writeFileSync(path.join(folder, 'assets/font.woff2'), 'x');
  writeFileSync(path.join(folder, 'assets/app.js.map'), '{}');
  writeFileSync(path.join(folder, '.renderer'), 'stamp');
  symlinkSync('/etc/hostname', path.join(folder, 'assets/out.js'));
  const files = readRendererFiles(folder);
  expect([...files.keys()].sort()).toEqual(['/', '/assets/app-1a2b.js', '/assets/font.woff2']);
  expect(files.get('/')).toMatchObject({
    type: 'text/html; charset=utf-8',
    cacheControl: 'no-store',
  });
  expect(files.get('/assets/app-1a2b.js')).toMatchObject({
    type: 'text/javascript; charset=utf-8',
  });
  expect(files.get('/assets/app-1a2b.js')?.cacheControl).toContain('immutable');
  expect(files.get('/assets/font.woff2')?.type).toBe('font/woff2');
});

it('says what to do where nothing is built', () => {
  expect(() => readRendererFiles(path.join(folder, 'none'))).toThrow('npm run build');
});
