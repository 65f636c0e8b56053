import { describe, expect, test } from 'vitest';

import { buildEpoch, buildRun } from '../../../testing/builders/build-run.ts';
import { crc32c, maskedCrc32c } from './crc32c.ts';
import { tfRecord } from './record.ts';
import { fileVersion } from './event.ts';
import { runEventFiles, type RunSeries } from './run-events.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

describe('CRC-32C', () => {
  test('gives the answers of RFC 3720, B.4, and the usual check', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => 31 - index))).toBe(0x113fdb5c);
    expect(crc32c(bytes('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(0))).toBe(0);
  });

  test('is rotated by 15 bits and shifted', () => {
    expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
  });
});

test('a record has its length and both checksums around it', () => {
  // As TensorBoard's own writer (2.18) writes b"abc".
  expect(hex(tfRecord(bytes('abc')))).toBe('0300000000000000b099490e6162636e57f121');
});

test('the first event names the version', () => {
  expect(hex(fileVersion(1.5))).toBe('09000000000000f83f1a0d627261696e2e4576656e743a32');
});

describe('the event files of a run', () => {
  const series: RunSeries = {
    epochEnds: [{ epoch: 1, seconds: 10 }],
    steps: {
      steps: Int32Array.of(1, 2),
      seconds: Float64Array.of(4, 8),
      loss: Float32Array.of(0.7, Number.NaN),
      accuracy: Float32Array.of(0.5, 0.6),
      gradientNorm: Float32Array.of(1, 2),
      samplesPerSecond: Float32Array.of(100, 200),
    },
  };
  const files = runEventFiles(buildRun({ epochs: [buildEpoch()] }), series);

  test('lie where Keras puts them', () => {
    const name = 'events.out.tfevents.1767225601.twofold.run1.v2';
    expect(files.map(({ path }) => path)).toEqual([
      name,
      `train/${name}`,
      `validation/${name}`,
      `test/${name}`,
    ]);
  });

  test('hold an event a moment and one for the version, the same each time', () => {
    const counts = files.map(({ records }) => [...records()].length);
    // Settings, two texts and an end; 2 steps and an epoch; an epoch twice.
    expect(counts).toEqual([1 + 4, 1 + 2 + 1, 1 + 1, 1 + 1]);
    const whole = (records: () => Iterable<Uint8Array>) => hex(Buffer.concat([...records()]));
    for (const { records } of files) expect(whole(records)).toBe(whole(records));
  });
});
