import { afterEach, beforeEach, expect, test } from 'vitest';

import { calls } from '#contract/index.ts';
import { defaultSettings } from '#contract/settings.ts';

import { openTempDb, type TempHome } from '../../testing/open-temp-db.ts';
import { createSettingsService } from './service.ts';

let temp: TempHome;
beforeEach(() => {
  temp = openTempDb();
});
afterEach(() => {
  temp.remove();
});

const create = (heard: string[] = []) =>
  createSettingsService({
    db: temp.databases.main,
    emit: (name) => heard.push(name),
    onChange: () => undefined,
  });

test('are the defaults until they are set, one by one, and stay', () => {
  const heard: string[] = [];
  expect(create(heard).get()).toEqual(defaultSettings);
  expect(create(heard).set({ theme: 'dark' })).toEqual({ ...defaultSettings, theme: 'dark' });
  expect(create(heard).set({ marginPoints: 0.5 })).toMatchObject({
    theme: 'dark',
    marginPoints: 0.5,
  });
  expect(create().get()).toMatchObject({ theme: 'dark', marginPoints: 0.5 });
  expect(heard).toEqual(['settings.changed', 'settings.changed']);
});

test('a value that does not fit is refused at the door, one that another version stored is passed over', () => {
  expect(calls['settings.set'].input.safeParse({ marginPoints: 50 }).success).toBe(false);
  temp.databases.main
    .prepare(`INSERT INTO settings VALUES ('theme', '"purple"'), ('unknown', '1')`)
    .run();
  expect(create().get()).toEqual(defaultSettings);
});
