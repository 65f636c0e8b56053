import {
  configField,
  configFieldNames,
  configFields,
  fieldSentence,
  numberBounds,
} from '#contract/config-fields.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  runConfigSchema,
  type RunConfig,
  type RunConfigInput,
  readStoredConfig,
} from '#contract/run-config.ts';

import {
  defaultConfig,
  flagOf,
  readFieldText,
  resolveConfig,
  variantFactors,
  variantOf,
} from './run-config.ts';

function resolved(input: RunConfigInput): RunConfig {
  const result = resolveConfig(input);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.config;
}

function errorsOf(input: RunConfigInput) {
  const result = resolveConfig(input);
  return result.ok ? [] : result.errors;
}

describe('defaults and presets', () => {
  test('the table and the schema name the same fields', () => {
    const fields = Object.keys(runConfigSchema.shape).filter(
      (name) => name !== 'variant' && name !== 'startFrom',
    );
    expect([...configFieldNames].sort()).toEqual(fields.sort());
  });

  test('A and B are presets of the three factors', () => {
    expect(resolved({ variant: 'A' })).toEqual(defaultConfig);
    expect(resolved({ variant: 'B' })).toEqual({
      ...defaultConfig,
      ...variantFactors.B,
      variant: 'B',
    });
  });

  test('given factors win over the variant, which follows them', () => {
    expect(resolved({ variant: 'A', embedding: 'shared' }).variant).toBeNull();
    expect(
      resolved({ variant: 'A', embedding: 'shared', convPadding: 'valid', cnnHead: 'dense' })
        .variant,
    ).toBe('B');
    expect(resolved({ variant: 'B', branches: 'lstm' }).variant).toBeNull();
    expect(variantOf(defaultConfig)).toBe('A');
  });

  test('the original experiment validates on test', () => {
    expect(resolved({ variant: 'B', preset: 'original' })).toMatchObject({
      variant: 'B',
      validation: 'test',
      maxLength: 500,
      hiddenUnits: 128,
      batchSize: 300,
    });
    expect(resolved({ preset: 'original', validation: 0.1 }).validation).toBe(0.1);
  });
});

describe('stored configurations', () => {
  /** A run of the first version has these, and no others. */
  const first = [
    'embedding convPadding cnnHead branches numWords maxLength padding truncating embeddingDim hiddenUnits filters kernelSize',
    'embeddingDropout denseDropout lstmActivation batchSize epochs patience minDelta learningRate clipNorm seed validation limit',
    'snapshots threads backend',
  ].flatMap((line) => line.split(' '));

  test('every later field says what older runs have, and is filled in', () => {
    const later = configFieldNames.filter((name) => !first.includes(name));
    expect(later).toContain('subset');
    const old = Object.fromEntries(
      Object.entries(defaultConfig).filter(([name]) => ['variant', ...first].includes(name)),
    );
    const before = Object.fromEntries(later.map((name) => [name, configField(name).before]));
    const whole = { ...old, ...before, startFrom: 'none' };
    expect(readStoredConfig(JSON.stringify(old))).toEqual(whole);
    expect(runConfigSchema.parse(old)).toEqual(whole);
  });

  test('a field of the first version that is missing is not made up', () => {
    for (const name of first) {
      const damaged = Object.entries(defaultConfig).filter(([field]) => field !== name);
      const stored = readStoredConfig(JSON.stringify(Object.fromEntries(damaged)));
      expect(runConfigSchema.safeParse(stored).success, name).toBe(false);
    }
  });
});

describe('bounds', () => {
  test('every number field refuses what lies outside and takes its ends', () => {
    for (const name of configFieldNames) {
      const field = numberBounds(name);
      if (field === null) continue;
      const isOpen = field.isMinExclusive;
      const step = field.isInteger ? 1 : 1e-6;
      // A kernel may not be longer than the review.
      const beside =
        name === 'kernelSize' ? { maxLength: 100 } : name === 'maxLength' ? { kernelSize: 1 } : {};
      const large = Number.isFinite(field.max) ? field.max : 1e12;
      expect(errorsOf({ ...beside, [name]: large }), name).toEqual([]);
      expect(errorsOf({ ...beside, [name]: isOpen ? field.min + step : field.min }), name).toEqual(
        [],
      );
      for (const bad of [
        // An infinite bound refuses infinity alone.
        field.max + step,
        isOpen ? field.min : field.min - step,
        Number.NaN,
        'many',
        null,
      ]) {
        expect(errorsOf({ ...beside, [name]: bad }), `${name} ${String(bad)}`).toEqual([
          { field: name, message: fieldSentence(name) },
        ]);
      }
      if (field.isInteger) expect(errorsOf({ ...beside, [name]: field.min + 0.5 })).toHaveLength(1);
    }
  });

  test('the sentences say what may be used', () => {
    expect(fieldSentence('maxLength')).toBe('Use a whole number from 8 to 2,000.');
    expect(fieldSentence('learningRate')).toBe('Use a number above 0 and at most 1.');
    expect(fieldSentence('patience')).toBe('Use a whole number from 1 to 1,000, or none.');
    expect(fieldSentence('validation')).toBe('Use a number from 0.05 to 0.5, or test, or own.');
    expect(fieldSentence('snapshots')).toBe(
      'Use a whole number from 1 to 10,000, or every, or ends.',
    );
    expect(fieldSentence('padding')).toBe('Use pre or post.');
    expect(fieldSentence('limit')).toBe('Use a whole number of at least 16, or none.');
    expect(fieldSentence('clipNorm')).toBe('Use a number above 0, or none.');
  });

  test('rates and norms that 32-bit numbers cannot hold are refused', () => {
    for (const [field, value] of [
      ['learningRate', 1e-50],
      ['learningRate', 1e-40],
      ['clipNorm', 1e-46],
      ['clipNorm', 3.5e38],
      ['clipNorm', 1e308],
    ] as const) {
      const counts = value < 1 ? '0' : 'infinite';
      const sentence = `Training uses 32-bit numbers, in which ${value} counts as ${counts}.`;
      expect(errorsOf({ [field]: value })).toEqual([
        { field, message: `${fieldSentence(field)} ${sentence}` },
      ]);
      // A run that an earlier version stored still opens.
      expect(runConfigSchema.safeParse({ ...defaultConfig, [field]: value }).success).toBe(true);
      expect(errorsOf({ [field]: 1e-37 })).toEqual([]);
    }
  });

  test('words are taken where a field has them', () => {
    for (const name of configFieldNames) {
      for (const word of configField(name).words ?? [])
        expect(resolved({ [name]: word })).toMatchObject({ [name]: word });
    }
  });

  test('a kernel longer than the review and an unknown field are named', () => {
    expect(errorsOf({ kernelSize: 9, maxLength: 8 })).toEqual([
      { field: 'kernelSize', message: 'Use a kernel of at most 8 tokens, the length of a review.' },
    ]);
    expect(errorsOf({ batch: 3 } as RunConfigInput)).toEqual([
      { field: 'batch', message: 'There is no field "batch".' },
    ]);
    expect(errorsOf({ ['__proto__x']: 1 } as RunConfigInput)).toHaveLength(1);
  });

  test('what resolves once resolves to itself', () => {
    const input = fc.record({
      variant: fc.constantFrom('A' as const, 'B' as const),
      embedding: fc.constantFrom(...configFields.embedding.words),
      maxLength: fc.integer({ min: 9, max: 2000 }),
      patience: fc.oneof(fc.constant('none'), fc.integer({ min: 1, max: 1000 })),
      validation: fc.oneof(
        fc.constantFrom('test', 'own'),
        fc.double({ min: 0.05, max: 0.5, noNaN: true }),
      ),
    });
    fc.assert(
      fc.property(input, (given) => {
        const once = resolved(given);
        expect(resolved(once)).toEqual(once);
      }),
    );
  });
});

describe('typed text', () => {
  test('flags are the fields in kebab-case', () => {
    expect(flagOf('hiddenUnits')).toBe('hidden-units');
    expect(flagOf('seed')).toBe('seed');
  });

  test('numbers with separators are numbers, words stay words', () => {
    expect(readFieldText('numWords', '6,000')).toBe(6000);
    expect(readFieldText('numWords', ' 25 000 ')).toBe(25_000);
    expect(readFieldText('learningRate', '1e-3')).toBe(0.001);
    expect(readFieldText('patience', 'none')).toBe('none');
    expect(readFieldText('seed', '')).toBe('');
    expect(readFieldText('padding', 'post ')).toBe('post');
    expect(readFieldText('limit', '1,234,567')).toBe(1_234_567);
  });

  test('a decimal comma is refused, never read as another number', () => {
    for (const text of ['0,01', '0,5', '1,28', '0,500', '1,0000', '1,234 567', '12,34', '1,,000']) {
      expect(readFieldText('learningRate', text), text).toBe(text);
    }
    expect(errorsOf({ learningRate: readFieldText('learningRate', '0,01') })).toEqual([
      { field: 'learningRate', message: 'Use a number above 0 and at most 1.' },
    ]);
  });
});
