import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Dataset } from '#contract/dataset.ts';

import { openApp, type App } from './app.ts';
import { hasNativeLibrary } from './system/native-library.ts';
import { entries } from '../testing/programs.ts';

/** 80 reviews, as short as those of Naver's corpus: what it is about, and a judgement. */
const subjects = [
  '영화가',
  '배우의 연기가',
  '이야기는',
  '음악이',
  '결말이',
  '감독의 연출은',
  '화면이',
  '마지막 장면이',
];
const judgements = {
  긍정: ['정말 재미있어요', '최고였습니다', '아주 감동적이네요', '또 보고 싶어요', '훌륭하다'],
  부정: ['너무 지루해요', '최악이었습니다', '정말 실망스럽네요', '돈이 아까워요', '별로다'],
};
const reviews = Object.entries(judgements).flatMap(([label, endings]) =>
  subjects.flatMap((subject) =>
    endings.map((ending) => ({ text: `${subject} ${ending}.`, label })),
  ),
);

let home: string;
let app: App;
let dataset: Dataset;
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'twofold-korean-'));
  app = openApp({
    home,
    ...entries,
  });
  const file = path.join(home, 'reviews.csv');
  const rows = reviews.map(({ text, label }) => `"${text}",${label}`);
  writeFileSync(file, iconv.encode(['document,label', ...rows].join('\r\n'), 'cp949'));
  ({ dataset } = await app.services.datasets.import(
    { path: file },
    { signal: new AbortController().signal, onProgress: () => undefined },
  ));
});
afterAll(async () => {
  await app.close();
  rmSync(home, { recursive: true, force: true });
});

test('a Korean file in cp949 is split at spaces, and every token is shown as it was written', async () => {
  expect(dataset.splits).toEqual({
    train: { count: 64, positive: 32 },
    test: { count: 16, positive: 8 },
  });
  const { datasets } = app.services;
  const { datasetId } = dataset;
  const written = new Set(reviews.map(({ text }) => text));
  for (const split of ['train', 'test'] as const) {
    for (let row = 0; row < dataset.splits[split].count; row += 1) {
      const { text, words, ids } = await datasets.review(datasetId, split, row);
      expect(written.has(text)).toBe(true);
      if (split === 'train') expect(words.slice(1).join(' ')).toBe(text.replace('.', ''));
      const typed = await datasets.encodeText(datasetId, text);
      expect([...typed.ids]).toEqual([...ids]);
      expect(typed.words.slice(1).join(' ')).toBe(text.replace('.', ''));
    }
  }
  // A word keeps its particle; the letters are whole syllables, not their parts.
  const { rows } = await datasets.vocabulary({ datasetId, offset: 0, count: 100 });
  const words = rows.map(({ word }) => word);
  expect(words).toContain('영화가');
  expect(new Set(words)).toEqual(
    new Set([...written].flatMap((text) => text.replace('.', '').split(' '))),
  );
  const positive = await datasets.vocabulary({ datasetId, offset: 0, count: 3, order: 'positive' });
  const own = judgements.긍정.flatMap((ending) => ending.split(' '));
  for (const { word } of positive.rows) expect(own).toContain(word);
});

describe.skipIf(!hasNativeLibrary())('trained for an epoch (native library)', () => {
  test('its predictions and words come back as they were written', async () => {
    const { runs, embeddings } = app.services;
    const [run] = runs.start({
      datasetId: dataset.datasetId,
      configs: [
        {
          variant: 'B',
          numWords: 100,
          maxLength: 8,
          embeddingDim: 8,
          hiddenUnits: 4,
          filters: 8,
          batchSize: 8,
          epochs: 1,
          learningRate: 0.01,
        },
      ],
    });
    const runId = run?.runId ?? '';
    const ended = await runs.follow(runId, () => undefined);
    expect(ended).toMatchObject({ state: 'finished' });
    const predictions = await runs.predictions(runId);
    expect(predictions.map(({ row }) => row)).toEqual(Array.from({ length: 16 }, (_, row) => row));
    for (const { probability } of predictions) expect(probability).toBeGreaterThan(0);

    const [predicted] = await runs.predictTexts(
      runId,
      ['배우의 연기가 훌륭하다! 처음보는말'],
      'best',
    );
    expect(predicted?.tokens.map(({ word, oov }) => [word, oov])).toEqual([
      ['<start>', false],
      ['배우의', false],
      ['연기가', false],
      ['훌륭하다', false],
      ['처음보는말', true],
    ]);
    const [snapshot] = embeddings.list({ runId });
    expect(snapshot).toMatchObject({ branch: 'shared', epoch: 0 });
  });
});
