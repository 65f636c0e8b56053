import { expect, test } from 'vitest';

import { readOff } from './read-off.ts';

test('curves are read off in between their points, whichever way they run, and not beyond them', () => {
  const rising = [
    { x: 0, y: 0 },
    { x: 0.5, y: 1 },
    { x: 1, y: 1 },
  ];
  const falling = [
    { x: 1, y: 0.5 },
    { x: 0.25, y: 1 },
  ];
  const rows = readOff([rising, falling]);
  expect(rows).toHaveLength(11);
  expect(rows[0]).toEqual(['0.0', '0.000', '–']);
  expect(rows[4]).toEqual(['0.4', '0.800', '0.900']);
  expect(rows[10]).toEqual(['1.0', '1.000', '0.500']);
});
