import { configFieldNames } from '#contract/config-fields.ts';
import { describe, expect, it } from 'vitest';

import { AppError } from '#contract/failure.ts';
import { flagOf } from '#core/config/run-config.ts';

import { choiceOption, numberOption, readArguments } from './arguments.ts';
import { commands, nouns } from './commands.ts';
import { readConfig } from './config-flags.ts';
import { helpOf, overview } from './help.ts';
import { readWeights } from './weights-choice.ts';

const command = (name: string) => commands.find((candidate) => candidate.name === name)!;
const read = (name: string, ...args: string[]) => readArguments(command(name), args);

/** The sentence of a refusal. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError && error.kind === 'invalid') return error.message;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('readArguments', () => {
  it('keeps every value of an option that is given many times, those that begin with a dash too', () => {
    expect(read('data import', 'a.csv', '--drop-label', '-1', '--drop-label=--json').lists).toEqual(
      {
        'drop-label': ['-1', '--json'],
      },
    );
  });

  it('tells operands, values and switches apart, in any order', () => {
    expect(read('predict', '--json', 'run', '--text', 'fine')).toEqual({
      operands: ['run'],
      values: { text: 'fine' },
      lists: {},
      switches: new Set(['json']),
    });
    expect(read('data remove', 'id', '--with-runs').switches).toEqual(new Set(['with-runs']));
  });

  it('takes values that begin with a dash', () => {
    expect(read('predict', 'run', '--text', '- so so').values).toEqual({ text: '- so so' });
    expect(read('predict', 'run', '--text', '--').values).toEqual({ text: '--' });
    expect(read('train', '--seed', '-1').values).toEqual({ seed: '-1' });
    expect(read('train', '--name', '--unknown').values).toEqual({ name: '--unknown' });
    expect(read('runs show', '--', '-id').operands).toEqual(['-id']);
  });

  it('refuses what it does not know, in one sentence', () => {
    expect(refusal(() => read('train', '--bogus'))).toBe("Unknown option '--bogus'.");
    expect(refusal(() => read('train', '--hiddenUnits', '3'))).toBe(
      "Unknown option '--hiddenUnits'.",
    );
    expect(refusal(() => read('train', '--seed'))).toContain('--seed');
    expect(refusal(() => read('train', '--name', '--json'))).toContain('--name');
    expect(refusal(() => read('train', '--detach=yes'))).toContain('--detach');
    expect(refusal(() => read('train', '-x'))).toBe("Unknown option '-x'.");
    expect(refusal(() => read('train', '--__proto__', '1'))).toContain('--__proto__');
    expect(refusal(() => read('runs show'))).toBe('Too few arguments: "runs show" takes RUN');
    expect(refusal(() => read('compare', 'a'))).toContain('RUN RUN...');
    expect(refusal(() => read('runs show', 'a', 'b'))).toContain('"b"');
    expect(refusal(() => read('compare', ...Array.from({ length: 51 }, String)))).toBe(
      '"compare" takes at most 50 at once (RUN RUN...).',
    );
  });

  it('asks for nothing where only help is wanted', () => {
    expect(read('runs show', '--help').switches).toEqual(new Set(['help']));
    expect(read('runs show', '-h').switches).toEqual(new Set(['help']));
  });
});

describe('values of options', () => {
  it('are whole numbers in bounds, or one of a few words', () => {
    const args = read('data coverage', 'id', '--from', '20', '--to', 'x', '--step', '0');
    const bounds = { min: 1, max: 1000 };
    expect(numberOption(args, 'from', bounds)).toBe(20);
    expect(refusal(() => numberOption(args, 'to', bounds))).toBe(
      '--to: Use a whole number from 1 to 1,000.',
    );
    expect(refusal(() => numberOption(args, 'step', bounds))).toContain('--step');
    expect(
      choiceOption(read('data import', 'x', '--ids', 'ranks'), 'ids', ['ranks', 'encoded']),
    ).toBe('ranks');
    expect(
      refusal(() =>
        choiceOption(read('data import', 'x', '--ids', 'no'), 'ids', ['ranks', 'encoded']),
      ),
    ).toBe('--ids: Use ranks or encoded.');
  });

  it('say which weights are meant', () => {
    expect(readWeights(read('runs predictions', 'r'))).toBe('best');
    expect(readWeights(read('runs predictions', 'r', '--weights', 'last'))).toBe('last');
    expect(readWeights(read('runs predictions', 'r', '--epoch', '3'))).toEqual({ epoch: 3 });
    expect(
      refusal(() =>
        readWeights(read('runs predictions', 'r', '--epoch', '3', '--weights', 'last')),
      ),
    ).toContain('not both');
  });
});

describe('the configuration of a run', () => {
  it('has a flag for every field, in kebab-case', () => {
    const { options } = command('train');
    expect(configFieldNames.map(flagOf).filter((flag) => options[flag] === undefined)).toEqual([]);
    expect(options).toHaveProperty('hidden-units');
    expect(options).toHaveProperty('lstm-activation');
  });

  it('is read from the flags', () => {
    const args = read(
      'train',
      '--variant',
      'B',
      '--hidden-units',
      '32',
      '--num-words',
      '10,000',
      '--patience',
      'none',
      '--validation',
      '0.1',
    );
    expect(readConfig(args)).toEqual({
      variant: 'B',
      preset: undefined,
      hiddenUnits: 32,
      numWords: 10_000,
      patience: 'none',
      validation: 0.1,
    });
  });

  it.each([
    [['--filters', '0'], '--filters: Use a whole number from 1 to 2,048.'],
    [['--filters', '2.5'], '--filters: Use a whole number from 1 to 2,048.'],
    [['--filters', 'many'], '--filters: Use a whole number from 1 to 2,048.'],
    [['--seed', '-1'], '--seed: Use a whole number from 1 to 2,147,483,647.'],
    [['--learning-rate', '0'], '--learning-rate: Use a number above 0 and at most 1.'],
    [['--validation', '0.9'], '--validation: Use a number from 0.05 to 0.5, or test, or own.'],
    [['--padding', 'middle'], '--padding: Use pre or post.'],
    [['--variant', 'C'], '--variant: Use A or B.'],
    [
      ['--kernel-size', '9', '--max-length', '8'],
      '--kernel-size: Use a kernel of at most 8 tokens, the length of a review.',
    ],
    [['--epochs', ''], '--epochs: Use a whole number from 1 to 10,000.'],
  ])('refuses %j', (args, sentence) => {
    expect(refusal(() => readConfig(read('train', ...args)))).toBe(sentence);
  });
});

describe('the help', () => {
  it('names every command and every option', () => {
    for (const each of commands) {
      // Those that programs start are told of by those programs.
      expect(overview(nouns).includes(`  ${each.name} `)).toBe(each.name !== 'task');
      for (const option of Object.keys(each.options)) expect(helpOf(each)).toContain(`--${option}`);
    }
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  });
});
