import { expect, it } from 'vitest';

import { isTangled } from './json-shape.ts';

const text = 'a "quoted" \\ {[:[{ text '.repeat(2000);

it('lets rows of long texts, of many ids and with some objects beside them pass', () => {
  expect(isTangled(JSON.stringify({ text, label: 1 }))).toBe(false);
  expect(isTangled(JSON.stringify({ ids: Array.from({ length: 500_000 }, (_, id) => id) }))).toBe(
    false,
  );
  const about = Array.from({ length: 1000 }, (_, index) => ({ tag: `t${index}`, of: [index] }));
  expect(isTangled(JSON.stringify({ text, label: 1, about }))).toBe(false);
  expect(isTangled('{"a":'.repeat(1000))).toBe(false);
});

it('stops at objects in one another, and at very many of them', () => {
  const end = ',"text":"good","label":1}';
  const deep = (open: string, close: string) =>
    `{"a":${open.repeat(20_000)}1${close.repeat(20_000)}${end}`;
  expect(isTangled(deep('{"a":', '}'))).toBe(true);
  expect(isTangled(deep('[', ']'))).toBe(true);
  expect(isTangled(`{"a":[${'{},'.repeat(200_000)}{}]${end}`)).toBe(true);
  expect(
    isTangled(`{${Array.from({ length: 200_000 }, (_, key) => `"${key}":1`).join()}${end}`),
  ).toBe(true);
});
