import { AppError } from '#contract/failure.ts';

import type { WeightsChoice } from '../features/services.ts';
import { choiceOption, numberOption } from './arguments.ts';
import type { Arguments, OptionSpec } from './command.ts';

export const weightsOptions: Readonly<Record<string, OptionSpec>> = {
  weights: { value: 'W', text: 'best or last (default best)' },
  epoch: { value: 'N', text: 'those after epoch N' },
};

/** Best, unless `--weights last` or `--epoch N` says otherwise. */
export function readWeights(args: Arguments): WeightsChoice {
  const weights = choiceOption(args, 'weights', ['best', 'last']);
  const epoch = numberOption(args, 'epoch', { min: 1, max: 10_000 });
  if (weights !== undefined && epoch !== undefined) {
    throw new AppError('invalid', 'Give --weights or --epoch, not both.', { field: 'epoch' });
  }
  return epoch === undefined ? (weights ?? 'best') : { epoch };
}

export const weightsText = (choice: WeightsChoice): string =>
  typeof choice === 'string' ? `${choice} weights` : `weights of epoch ${choice.epoch}`;
