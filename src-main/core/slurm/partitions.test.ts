import { expect, test } from 'vitest';

import { readSinfo } from './partitions.ts';

test('a partition is named once, with its smallest node and without its mark', () => {
  const output = [
    'debug*|up|30:00|16|64000',
    'debug*|up|30:00|8|32000',
    'old|drain|infinite|4|8000',
    'long|up|7-00:00:00|64+|256000+',
    '',
  ].join('\n');
  expect(readSinfo(output)).toEqual([
    {
      name: 'debug',
      isDefault: true,
      isUp: true,
      timeLimit: '30:00',
      cores: 8,
      memoryBytes: 32000 * 2 ** 20,
    },
    {
      name: 'long',
      isDefault: false,
      isUp: true,
      timeLimit: '7-00:00:00',
      cores: 64,
      memoryBytes: 256000 * 2 ** 20,
    },
    {
      name: 'old',
      isDefault: false,
      isUp: false,
      timeLimit: 'infinite',
      cores: 4,
      memoryBytes: 8000 * 2 ** 20,
    },
  ]);
  expect(readSinfo('slurm_load_partitions: Unable to contact slurm controller')).toEqual([]);
});
