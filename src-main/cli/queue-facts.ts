import type { Queue } from '#contract/queue.ts';
import { stateWord } from '#core/words.ts';
import * as m from '#messages';

import type { Output } from './output.ts';
import { fitted, spanText, table } from './text.ts';

/** What every command of the queue prints: how it stands now. */
export function printQueue(out: Output, queue: Queue, more: object = {}): void {
  out.json({ ...queue, ...more });
  if (out.isJson) return;
  const { runs, isPaused, isServed, secondsLeft } = queue;
  if (runs.length > 0) {
    const header = [
      m.cli_column_position(),
      m.cli_column_id(),
      m.cli_column_name(),
      m.cli_column_state(),
      m.cli_column_time(),
    ];
    const rows = runs.map((run) => [
      run.position === null ? '' : String(run.position),
      run.runId,
      run.name,
      stateWord(run.state),
      run.secondsLeft === null ? '-' : spanText(run.secondsLeft),
    ]);
    for (const line of table(header, fitted(header, rows, 2, out.width), [
      ...header.slice(0, 1),
      ...header.slice(4),
    ]))
      out.line(line);
    out.line();
    out.line(m.cli_queue_left({ time: spanText(secondsLeft) }));
  } else out.line(m.cli_queue_empty());
  if (isPaused) out.line(m.cli_queue_is_paused());
  else if (!isServed && runs.some(({ position }) => position !== null))
    out.line(m.cli_queue_unserved());
}
