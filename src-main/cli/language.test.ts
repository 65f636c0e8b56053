import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';

import { datasetSchema } from '#contract/dataset.ts';
import { widthOf } from '#core/wording/display-width.ts';
import { languageVariable } from '#core/wording/language.ts';

import { openTestCli } from '../testing/test-cli.ts';

const { folder, json, remove, twofold } = openTestCli();

beforeAll(() => {
  vi.stubEnv(languageVariable, 'ko_KR.UTF-8');
});
afterAll(() => {
  vi.unstubAllEnvs();
  remove();
});

it('speaks Korean where TWOFOLD_LANGUAGE says so; values stay those of the contract', async () => {
  const rows = Array.from({ length: 8 }, (_, row) => ({
    text: `movie number ${String(row)} was seen`,
    label: row % 2 === 0 ? 'positive' : 'negative',
    split: row < 6 ? 'train' : 'test',
  }));
  const file = path.join(folder, '리뷰.jsonl');
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  expect((await twofold('data', 'import', file)).code).toBe(0);
  const [dataset] = await json(z.array(datasetSchema), 'data', 'list');
  expect(dataset).toMatchObject({ name: '리뷰', splits: { test: { count: 2 } } });

  const list = await twofold('data', 'list');
  const [header = '', line = ''] = list.stdout.split('\n');
  expect(header).toMatch(/^ID +이름 +형식 +학습 +테스트 +실행 +가져온 때$/);
  // Columns under each other, though a letter may be two columns wide.
  const before = (text: string, part: string) => widthOf(text.slice(0, text.indexOf(part)));
  expect(before(line, 'jsonl')).toBe(before(header, '형식'));

  const shown = await twofold('data', 'show', dataset?.datasetId ?? '');
  expect(shown.stdout).toMatch(/^학습 +리뷰 6개, 긍정 50\.0 %$/m);

  const lost = await twofold('runs', 'show', 'nothing');
  expect([lost.code, lost.stdout]).toEqual([2, '']);
  expect(lost.stderr).toMatch(/^"nothing" 실행이 없습니다\./);
});
