import { expect, test } from 'vitest';

import { AppError } from '#contract/failure.ts';

import { resolveName } from './resolve.ts';

const items = [
  { id: 'abc123', name: 'first' },
  { id: 'abd456', name: 'twice' },
  { id: 'xyz789', name: 'twice' },
  { id: 'first9', name: 'other' },
];
const failureOf = (text: string): AppError => {
  try {
    resolveName('run', text, items);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('it was found');
};

test('an id, a name, a unique prefix of an id', () => {
  expect(resolveName('run', 'abc123', items)).toBe('abc123');
  expect(resolveName('run', 'abc', items)).toBe('abc123');
  expect(resolveName('run', ' xyz789 ', items)).toBe('xyz789');
  // A name wins over the beginning of another's id.
  expect(resolveName('run', 'first', items)).toBe('abc123');
});

test('an empty name is that of nothing, though backups have none', () => {
  for (const text of ['', ' '])
    expect(() => resolveName('backup', text, [{ id: '20261203-003559', name: '' }])).toThrow(
      AppError,
    );
});

test('several matches are listed', () => {
  expect(failureOf('ab')).toMatchObject({
    kind: 'ambiguous',
    message: expect.stringMatching(/abc123 \(first\), abd456 \(twice\)/),
  });
  expect(failureOf('twice')).toMatchObject({
    kind: 'ambiguous',
    message: expect.stringMatching(/abd456.*xyz789/),
  });
});

test('one that is elsewhere is said to be there', () => {
  const elsewhere = { items: () => items, sentence: ({ name }: { name: string }) => `${name}!` };
  for (const wanted of ['abc123', 'abc', 'first'])
    expect(() => resolveName('run', wanted, [], elsewhere)).toThrow('first!');
  expect(() => resolveName('run', 'zzz', [], elsewhere)).toThrow('There is no run "zzz".');
});

test('nothing, or an empty name, is not found', () => {
  expect(failureOf('zzz').kind).toBe('notFound');
  expect(failureOf('').kind).toBe('notFound');
});
