import { AppError } from '#contract/failure.ts';
import type { Run } from '#contract/run.ts';
import * as m from '#messages';

import { engineVersion } from '../../../core/model/engine-version.ts';

/** Whether a run is known to be of another engine than this program's; of runs of older versions it is not known. */
export const isOfOtherEngine = ({ versions }: Pick<Run, 'versions'>): boolean =>
  versions?.engine !== undefined && versions.engine !== engineVersion;

/** Throws `unavailable` where training further would mix two engines in one run. */
export function assertSameEngine(run: Pick<Run, 'name' | 'versions'>): void {
  if (!isOfOtherEngine(run)) return;
  const { name, versions } = run;
  throw new AppError(
    'unavailable',
    m.runs_other_engine({ name, trained: versions?.engine ?? 0, here: engineVersion }),
    { flag: '--anew' },
  );
}
