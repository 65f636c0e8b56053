import { folderNames } from '#core/reports/folder-names.ts';
import { runEventFiles } from '#core/reports/tensorboard/run-events.ts';

import type { ReportRequest, ReportSource } from './report.ts';
import type { OutFile } from './write-folder.ts';

/** A folder a run, as TensorBoard expects them in its log folder. Made from the database: whatever trained the run. */
export function tensorboardFiles(
  { runs }: ReportSource,
  { runIds }: ReportRequest,
): readonly OutFile[] {
  const chosen = runIds.map((runId) => runs.get({ runId }));
  const folders = folderNames(chosen);
  return chosen.flatMap((run, index) =>
    runEventFiles(run, runs.series(run.runId)).map(({ path, records }) => ({
      path: `${folders[index] ?? run.runId}/${path}`,
      parts: records,
    })),
  );
}
