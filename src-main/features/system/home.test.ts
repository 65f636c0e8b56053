import path from 'node:path';

import { expect, test } from 'vitest';

import { homeFolder } from './home.ts';

test('TWOFOLD_HOME wins, relative to where the user stands', () => {
  expect(homeFolder({ TWOFOLD_HOME: '/data/tf' }, 'linux', '/home/u')).toBe(
    path.resolve('/data/tf'),
  );
  expect(homeFolder({ TWOFOLD_HOME: 'mine', INIT_CWD: '/work' }, 'linux', '/home/u')).toBe(
    path.resolve('/work/mine'),
  );
});

test("else the platform's place for application data", () => {
  expect(homeFolder({}, 'linux', '/home/u')).toBe(
    path.join('/home/u', '.local', 'share', 'twofold'),
  );
  expect(homeFolder({ XDG_DATA_HOME: '/xdg' }, 'linux', '/home/u')).toBe(
    path.join('/xdg', 'twofold'),
  );
  expect(homeFolder({ XDG_DATA_HOME: 'relative' }, 'linux', '/home/u')).toBe(
    path.join('/home/u', '.local', 'share', 'twofold'),
  );
  expect(homeFolder({}, 'darwin', '/Users/u')).toBe(
    path.join('/Users/u', 'Library', 'Application Support', 'Twofold'),
  );
  expect(homeFolder({ APPDATA: '/appdata' }, 'win32', '/u')).toBe(path.join('/appdata', 'Twofold'));
});
