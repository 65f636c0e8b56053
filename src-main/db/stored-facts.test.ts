import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';

import { findingKinds } from '#contract/dataset.ts';
import { setLanguage } from '#core/wording/language.ts';
import { logLines, sayStoredLine } from '#core/wording/log-lines.ts';
import { reasons, sayStoredReason } from '#core/wording/reasons.ts';

import { listDatasets } from '../features/datasets/store/store.ts';
import old from './fixtures/old-sentences.json' with { type: 'json' };
import type { ReadDb } from './handles.ts';
import { migrate } from './migrate.ts';
import { findingOf, lineOf, reasonOf } from './migrations/0320-stored-facts.ts';
import { mainMigrations } from './open.ts';

afterEach(() => setLanguage('en'));

const both = <S>(all: readonly { saying: S; texts: string[] }[]): [string, S][] =>
  all.flatMap(({ saying, texts }) => texts.map((text): [string, S] => [text, saying]));

test('the sentences are of every kind', () => {
  const kinds = (all: readonly { saying: { kind: string } }[]) =>
    [...new Set(['text', ...all.map(({ saying }) => saying.kind)])].toSorted();
  expect(kinds(old.reasons)).toEqual(Object.keys(reasons).toSorted());
  expect(kinds(old.lines)).toEqual(Object.keys(logLines).toSorted());
  expect(kinds(old.findings)).toEqual(['text', ...findingKinds].toSorted());
});

test.each(both<object>(old.reasons))('why a run ended: %s', (text, saying) => {
  expect(JSON.parse(reasonOf(text))).toEqual(saying);
});

test.each(both<object>(old.lines))('a line of a log: %s', (text, saying) => {
  expect(JSON.parse(lineOf(text))).toEqual(saying);
});

test.each(both<Readonly<{ kind: string; count: number }>>(old.findings))(
  'a finding: %s',
  (text, saying) => {
    const rows = [{ split: 'test', row: 3 }];
    const { kind, count } = saying;
    expect(findingOf({ kind, count, rows, text })).toEqual({ ...saying, rows });
  },
);

test('what no catalogue says stays text, and what is kept as facts stays that', () => {
  const library = 'OOM when allocating tensor with shape[1]';
  expect(JSON.parse(lineOf(library))).toEqual({ kind: 'text', text: library });
  expect(reasonOf(reasonOf(library))).toBe(reasonOf(library));
  const finding = { kind: 'copies', count: 8, text: '7 reviews were set aside by hand.' };
  expect(findingOf(finding)).toBe(finding);
  const long = 'x'.repeat(60);
  const text = `The word "${long.slice(0, 40)}" gives the label away: 60 of the 60 training reviews that hold it are positive. A word is named where 99 % of at least 50 reviews with it are of one class. Read some of them: a rating or a source that was left in the text teaches no sentiment.`;
  const words = [{ word: long, count: 60, label: 'positive' }];
  expect(findingOf({ kind: 'givenAway', count: 60, words, text })).toMatchObject({ words });
});

test('a home of before reads in the language of whoever opens it', () => {
  const db = new Database(':memory:');
  migrate(
    db,
    mainMigrations.filter(({ version }) => version < 320),
    'test',
  );
  const korean =
    '학습하던 프로세스가 사라졌습니다(강제 종료, 메모리 부족 또는 정전). 에포크 3부터 이어 하세요.';
  const finding = {
    kind: 'hangul',
    count: 0,
    text: 'Korean is split at spaces: particles stay attached to their word, so a word counts once for each particle.',
  };
  const splits = { train: { count: 8, positive: 4 }, test: { count: 4, positive: 2 } };
  db.prepare(
    `INSERT INTO datasets (dataset_id, name, format, content_hash, splits, warnings, findings, has_texts, has_words, vocabulary_size, size_bytes, created_at)
     VALUES ('d', 'D', 'csv', 'h', ?, ?, ?, 1, 1, 1, 1, '2026-01-01')`,
  ).run(JSON.stringify(splits), JSON.stringify([finding.text]), JSON.stringify([finding]));
  const run = db.prepare(
    `INSERT INTO runs (run_id, name, state, reason, ended_as, dataset_id, config, parameters, colour_slot, created_at)
     VALUES (?, ?, 'interrupted', ?, ?, 'd', '{}', 1, 1, '2026-01-01')`,
  );
  const endedAs = { state: 'failed', reason: 'A defect of ours.', endedAt: '2026-01-02' };
  run.run('r', 'R', korean, JSON.stringify(endedAs));
  run.run('s', 'S', null, null);
  run.run('t', 'T', 'A defect of ours.', JSON.stringify({ ...endedAs, reason: null }));
  db.prepare(`INSERT INTO log_lines VALUES (1, 1, '2026-01-01', 'info', ?)`).run(
    'Training process 4711 started.',
  );
  migrate(db, mainMigrations, 'test');

  const one = (sql: string) => db.prepare(sql).pluck().all();
  const [gone, , defect] = one('SELECT reason FROM runs ORDER BY run_key') as string[];
  const [line] = one('SELECT text FROM log_lines') as string[];
  expect(sayStoredReason(gone ?? '')).toMatch(/^The process that trained it is gone .* epoch 3\.$/);
  expect(sayStoredReason(defect ?? '')).toBe('A defect of ours.');
  expect(one(`SELECT ended_as ->> 'reason' FROM runs ORDER BY run_key`)).toEqual([
    '{"kind":"text","text":"A defect of ours."}',
    null,
    null,
  ]);
  expect(db.prepare('SELECT reason, reason_kind FROM v_runs').raw().all()).toEqual([
    ['{"kind":"gone","lastEpoch":3}', 'gone'],
    [null, null],
    ['A defect of ours.', 'text'],
  ]);
  setLanguage('ko');
  expect(sayStoredReason(gone ?? '')).toBe(korean);
  expect(sayStoredLine(line ?? '')).toBe('학습 프로세스 4711을(를) 시작했습니다.');
  const [dataset] = listDatasets(db as unknown as ReadDb, { isTrash: false });
  expect(dataset?.warnings).toEqual([
    '한국어는 띄어쓰기에서 나눕니다. 조사가 단어에 붙어 있으므로, 한 단어를 조사마다 따로 셉니다.',
  ]);
  db.close();
});
