import { readFileSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';

import { choiceOption } from './arguments.ts';
import { firstOf, oneRun, type Arguments, type Command } from './command.ts';
import { percent } from './text.ts';

export const predict: Command = {
  name: 'predict',
  ...oneRun,
  summary: 'Says how a run judges texts',
  options: {
    text: { value: 'T', text: 'one text' },
    file: { value: 'F', text: 'a file with one text a line' },
    weights: { value: 'W', text: 'best or last (default best)' },
  },
  async run(args, { app, out, folder }) {
    const weights = choiceOption(args, 'weights', ['best', 'last']) ?? 'best';
    const texts = readTexts(args, folder);
    const { runs } = app().services;
    const predictions = await runs.predict(runs.resolve(firstOf(args)), texts, weights);
    out.json(predictions);
    for (const [index, { probability, label, tokens }] of predictions.entries()) {
      const unknown = tokens.filter((token) => token.oov).length;
      out.line(
        `${label === 1 ? 'positive' : 'negative'}  ${percent(probability)} positive  ${tokens.length} tokens, ${unknown} unknown  ${shorten(texts[index] ?? '')}`,
      );
    }
  },
};

function readTexts(args: Arguments, folder: string): string[] {
  const { text, file } = args.values;
  if ((text === undefined) === (file === undefined))
    throw new AppError('invalid', 'Give --text T or --file F, one of them.');
  if (text !== undefined) return [text];
  const target = path.resolve(folder, file ?? '');
  const lines = readText(target).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new AppError('badInput', `${target} holds no text.`);
  return lines;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new AppError('notFound', `${file} does not exist. Check the path.`, { cause: error });
    throw new AppError(
      'badInput',
      `${file} cannot be read. Name a text file with one text a line.`,
      {
        cause: error,
      },
    );
  }
}

const shorten = (text: string): string => (text.length > 50 ? `${text.slice(0, 49)}…` : text);
