import { AppError } from '#contract/failure.ts';
import { weightsWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { WeightsChoice } from '../features/services.ts';
import { choiceOption, numberOption } from './arguments.ts';
import type { Arguments, OptionSpec } from './command.ts';

export const bestOrLastOption: Readonly<Record<string, OptionSpec>> = {
  weights: { value: 'W', text: m.cli_option_weights },
};

export const weightsOptions: Readonly<Record<string, OptionSpec>> = {
  ...bestOrLastOption,
  epoch: { value: 'N', text: m.cli_option_epoch },
};

export const readBestOrLast = (args: Arguments): 'best' | 'last' =>
  choiceOption(args, 'weights', ['best', 'last']) ?? 'best';

/** Best, unless `--weights last` or `--epoch N` says otherwise. */
export function readWeights(args: Arguments): WeightsChoice {
  const weights = choiceOption(args, 'weights', ['best', 'last']);
  const epoch = numberOption(args, 'epoch', { min: 1, max: 10_000 });
  if (weights !== undefined && epoch !== undefined) {
    throw new AppError('invalid', m.cli_weights_or_epoch(), { field: 'epoch' });
  }
  return epoch === undefined ? (weights ?? 'best') : { epoch };
}

export const weightsText = (choice: WeightsChoice): string =>
  typeof choice === 'string'
    ? m.experiments_weights({ choice: weightsWord(choice) })
    : m.experiments_weights_of_epoch({ epoch: choice.epoch });
