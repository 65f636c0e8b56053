import { expect, test } from 'vitest';

import { findChromium } from './chromium.ts';

test('a browser is the one that is named, else one that is installed', () => {
  const there =
    (...files: string[]) =>
    (file: string) =>
      files.includes(file);
  const env = { PATH: '/a:/b', TWOFOLD_CHROMIUM: '/named' };
  expect(findChromium(env, 'linux', there('/named', '/a/chromium'))).toBe('/named');
  expect(findChromium(env, 'linux', there('/b/google-chrome'))).toBe('/b/google-chrome');
  expect(findChromium({}, 'linux', there('/b/chromium'))).toBeNull();
  const edge = 'C:\\P\\Microsoft\\Edge\\Application\\msedge.exe';
  expect(findChromium({ PROGRAMFILES: 'C:\\P' }, 'win32', there(edge))).toBe(edge);
  const mac = '/Applications/Chromium.app/Contents/MacOS/Chromium';
  expect(findChromium({}, 'darwin', there(mac))).toBe(mac);
});
