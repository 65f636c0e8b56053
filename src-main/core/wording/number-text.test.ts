import { describe, expect, it } from 'vitest';

import * as format from './number-text.ts';

describe('figures', () => {
  it('writes accuracy with two digits, one while running', () => {
    expect(format.accuracy(0.8656)).toBe('86.56 %');
    expect(format.accuracy(0.8669, { isRunning: true })).toBe('86.7 %');
  });

  it('never rounds a share up to the whole or down to nothing', () => {
    expect(format.percent(91.568)).toBe('91.6 %');
    expect(format.percent(99.999)).toBe('99.9 %');
    expect(format.percent(100)).toBe('100.0 %');
    expect(format.percent(0.0001)).toBe('0.1 %');
    expect(format.percent(0)).toBe('0.0 %');
  });

  it('writes differences in points with a true minus', () => {
    expect(format.points(-0.0046)).toBe('0.46 pt');
    expect(format.signed(0.96, 2)).toBe('+0.96');
    expect(format.signed(-0.04, 2)).toBe('−0.04');
    expect(format.signed(-0.001, 2)).toBe('0.00');
  });

  it('writes loss with 4 decimals and small loss with an exponent', () => {
    expect(format.loss(0.31812)).toBe('0.3181');
    expect(format.loss(0.00032)).toBe('3.2e-4');
    expect(format.loss(Number.NaN)).toBe('NaN');
    expect(format.loss(Number.POSITIVE_INFINITY)).toBe('infinity');
  });

  it('never writes p as zero', () => {
    expect(format.pValue(0.0577)).toBe('0.058');
    expect(format.pValue(0.00002)).toBe('< 0.001');
    expect(format.pValue(0.412)).toBe('0.41');
  });

  it('writes 1.00 only for exactly one', () => {
    expect(format.unit(0.998)).toBe('0.99');
    expect(format.unit(1)).toBe('1.00');
    expect(format.unit(-0.99999, 3)).toBe('−0.999');
    expect(format.unit(0.413)).toBe('0.41');
    const said = [0.5, 0.49, 0.503, 0.4999, 0.50004, 0.499_999_99, 0.998, Number.NaN];
    expect(said.map(format.probability)).toEqual([
      '0.50',
      '0.49',
      '0.503',
      '0.4999',
      '0.50004',
      '0.500000',
      '0.99',
      format.unit(Number.NaN),
    ]);
  });
});

describe('time', () => {
  it('rounds what is left up, coarser the longer it is', () => {
    expect(format.timeLeft(null)).toBeNull();
    expect(format.timeLeft(1)).toBe('5 s');
    expect(format.timeLeft(31)).toBe('35 s');
    expect(format.timeLeft(1050)).toBe('18 min');
    expect(format.timeLeft(3700)).toBe('1 h 5 min');
  });

  it('writes durations in at most two units', () => {
    expect(format.duration(0.84)).toBe('0.8 s');
    expect(format.duration(35.4)).toBe('35 s');
    expect(format.duration(220)).toBe('3 min 40 s');
    expect(format.duration(2460)).toBe('41 min');
    expect(format.duration(7500)).toBe('2 h 5 min');
    expect(format.duration(59.7)).toBe('1 min');
  });
});

describe('sizes', () => {
  it('separates thousands and scales bytes', () => {
    expect(format.count(25_000)).toBe('25,000');
    expect(format.count(-1204)).toBe('−1,204');
    expect(format.bytes(2_100_000_000)).toBe('2.1 GB');
    expect(format.bytes(38_200_000)).toBe('38 MB');
    expect(format.bytes(999_900)).toBe('1.0 MB');
    expect(format.bytes(12)).toBe('12 B');
  });
});
