import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { startOf, widthOf } from '#core/display-width.ts';
import * as m from '#messages';

import { choiceOption } from './arguments.ts';
import { firstOf, oneRun, type Arguments, type Command } from './command.ts';
import { percent } from './text.ts';
import { readTextFile } from './text-file.ts';

export const predict: Command = {
  name: 'predict',
  ...oneRun,
  summary: m.cli_predict,
  options: {
    text: { value: 'T', text: m.cli_predict_text },
    file: { value: 'F', text: m.cli_predict_file },
    weights: { value: 'W', text: m.cli_option_weights },
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
        m.cli_prediction({
          label,
          percent: percent(probability),
          tokens: tokens.length,
          unknown,
          text: shorten(texts[index] ?? ''),
        }),
      );
    }
  },
};

function readTexts(args: Arguments, folder: string): string[] {
  const { text, file } = args.values;
  if ((text === undefined) === (file === undefined))
    throw new AppError('invalid', m.cli_predict_text_or_file());
  if (text !== undefined) return [text];
  const target = path.resolve(folder, file ?? '');
  const lines = readText(target).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new AppError('badInput', m.cli_no_text({ file: target }));
  return lines;
}

function readText(file: string): string {
  try {
    return readTextFile(file);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new AppError('notFound', m.app_path_missing({ path: file }), { cause: error });
    throw new AppError('badInput', m.cli_file_unreadable({ file }), {
      cause: error,
    });
  }
}

const shorten = (text: string): string => (widthOf(text) > 50 ? `${startOf(text, 49)}…` : text);
