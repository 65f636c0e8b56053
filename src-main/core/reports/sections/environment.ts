import * as m from '#messages';

import { bytes, count, duration } from '../../wording/number-text.ts';
import type { Item } from '../document.ts';
import { figureCell, figureText, runCell, type Tell, type Told } from './told.ts';

/** What each run took, and how it ended; with what it was trained is told by the methods. */
export const environment: Tell = ({ runs }) => {
  const table: Item = {
    kind: 'table',
    id: 'environment',
    caption: m.report_caption_environment(),
    columns: [
      { title: m.report_column_run(), isNumber: false },
      { title: m.common_started(), isNumber: false, isUnbroken: true },
      { title: m.common_epochs(), isNumber: true },
      { title: m.report_column_time(), isNumber: true },
      { title: m.metrics_memory(), isNumber: true },
      { title: m.fields_threads(), isNumber: true },
      { title: m.report_column_state(), isNumber: false },
    ],
    rows: runs.map((of) => {
      const { run } = of;
      return {
        runId: run.runId,
        cells: [
          runCell(of),
          { text: run.startedAt === null ? '–' : utc(run.startedAt) },
          figureCell(run.epochs.length, count),
          figureCell(run.trainedSeconds, duration),
          figureCell(run.memoryBytes, bytes),
          {
            text: figureText(run.plan?.intraOpThreads, count),
            value: run.plan?.intraOpThreads ?? null,
          },
          { text: run.state },
        ],
      };
    }),
    notes: [],
  };
  return [table, ...endings(runs)];
};

/** Why runs ended as they did: once for all that ended alike. */
function endings(runs: Told['runs']): Item[] {
  const byReason = new Map<string, string[]>();
  for (const { run, name } of runs)
    if (run.reason !== null) byReason.set(run.reason, [...(byReason.get(run.reason) ?? []), name]);
  const items = [...byReason].map(([reason, names]) => {
    const shown = names.slice(0, mostNames).join(', ');
    const rest = names.length - mostNames;
    const who =
      names.length === runs.length && names.length > 1
        ? m.common_all_runs()
        : rest > 0
          ? m.compare_gap_more({ names: shown, count: rest })
          : shown;
    return `${who}: ${reason}`;
  });
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

const mostNames = 12;

/** `2026-11-25 17:04 UTC`: the same wherever the report is read. */
const utc = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
