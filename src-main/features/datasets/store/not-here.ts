import type { Dataset } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

/** Throws where the reviews are needed of a dataset that a bundle brought without them. */
export function assertHere({ name, contentHash, isHere }: Dataset): void {
  if (!isHere) throw new AppError('unavailable', m.datasets_not_here({ name, contentHash }));
}
