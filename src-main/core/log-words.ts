import * as m from '#messages';

import { numbersIn, retold, withFacts } from './retold.ts';

/** A line of a run's log, stored in another language: what Twofold itself says is told anew, what a library says stays as it is. */
export const retoldLine = (line: string): string =>
  retold(line, () => [
    withFacts(line, ['epoch', 'step'], m.runs_log_goes_on),
    () => m.runs_log_started({ pid: m.runs_log_process_unknown() }),
    withFacts(line, ['pid'], m.runs_log_started),
    m.runs_log_responds,
    withFacts(line, ['seconds'], m.runs_log_silent),
    withFacts(line, ['from', 'to'], m.runs_log_steps_missing),
    withFacts(line, ['epoch'], m.runs_log_epoch_not_finite),
    ...numbersIn(line).map((count) => () => m.runs_log_left_out({ count })),
    m.trainer_relu,
    withFacts(line, ['epoch'], m.storage_best_weights_damaged),
    withFacts(line, ['step', 'first', 'last', 'count', 'rows'], m.trainer_rows),
  ]);
