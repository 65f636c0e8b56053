import { expect, test } from 'vitest';

import { inLanguage } from './language.ts';
import { sayStoredReason } from './reasons.ts';

const stored = (saying: object): string => sayStoredReason(JSON.stringify(saying));

test('a reason is worded in the language of whoever reads it', () => {
  const gone = { kind: 'gone', lastEpoch: 3 };
  expect(stored(gone)).toMatch(/is gone .* Resume from epoch 3\.$/);
  expect(inLanguage('ko', () => stored(gone))).toMatch(
    /사라졌습니다.* 에포크 3부터 이어 하세요\.$/,
  );
});

test('a kind or facts of a newer version are shown as they are', () => {
  const newer = /^A newer version of Twofold wrote this\..*: /;
  expect(stored({ kind: 'meltdown', heat: 451, rooms: [1, 2] })).toMatch(
    new RegExp(`${newer.source}meltdown heat=451 rooms=\\[1,2\\]$`),
  );
  expect(stored({ kind: 'slurmKilled', by: 'root' })).toMatch(
    new RegExp(`${newer.source}slurmKilled by=root$`),
  );
  expect(stored({ kind: 'toString' })).toMatch(newer);
  expect(stored({ kind: 'killed', lastEpoch: 1, heat: 451 })).toMatch(/Resume from epoch 1\.$/);
});

test('what is no saying stays as it is', () => {
  for (const text of ['It ended.', '7', '{"kind": 7}', ''])
    expect(sayStoredReason(text)).toBe(text);
});
