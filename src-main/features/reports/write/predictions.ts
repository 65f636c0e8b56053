import type { Run } from '#contract/run.ts';
import type { ReportData } from '#core/reports/data.ts';
import type { PredictionTable } from '#core/reports/figures-of-runs.ts';

import { isWithoutPredictions } from '../../runs/results/predictions.ts';
import type { Judged, RunsService } from '../../services.ts';
import type { ExportWork } from './export-work.ts';

/** A table a dataset, over the test rows that any of its runs has judged. Runs without predictions have no column. */
export async function predictionTables(
  runs: Pick<RunsService, 'judged'>,
  { runs: chosen, spec }: Pick<ReportData, 'runs' | 'spec'>,
  { step }: ExportWork,
): Promise<PredictionTable[]> {
  const byDataset = new Map<string, { run: Run; judged: Judged }[]>();
  for (const [index, run] of chosen.entries()) {
    await step('reading', index, chosen.length);
    const judged = await judgedOf(runs, run.runId, spec.weights);
    if (judged === null) continue;
    byDataset.set(run.datasetHash, [...(byDataset.get(run.datasetHash) ?? []), { run, judged }]);
  }
  return [...byDataset.values()].map(tableOf);
}

async function judgedOf(
  runs: Pick<RunsService, 'judged'>,
  runId: string,
  weights: 'best' | 'last',
): Promise<Judged | null> {
  try {
    return await runs.judged(runId, weights);
  } catch (error) {
    if (isWithoutPredictions(error)) return null;
    throw error;
  }
}

function tableOf(members: readonly Readonly<{ run: Run; judged: Judged }>[]): PredictionTable {
  const size = 1 + Math.max(...members.map(({ judged: { rows } }) => rows.at(-1) ?? -1));
  const labels = new Int8Array(size).fill(-1);
  for (const { judged } of members)
    for (let index = 0; index < judged.rows.length; index += 1)
      labels[judged.rows[index] ?? 0] = judged.labels[index] ?? 0;
  const rows = Int32Array.from({ length: size }, (_, row) => row).filter(
    (row) => labels[row] !== -1,
  );
  const places = new Int32Array(size);
  rows.forEach((row, index) => (places[row] = index));
  return {
    datasetName: members[0]?.run.datasetName ?? '',
    datasetHash: members[0]?.run.datasetHash ?? '',
    runIds: members.map(({ run }) => run.runId),
    rows,
    labels: Uint8Array.from(rows, (row) => labels[row] ?? 0),
    probabilities: members.map(({ judged }) => {
      const column = new Float32Array(rows.length).fill(NaN);
      for (let index = 0; index < judged.rows.length; index += 1)
        column[places[judged.rows[index] ?? 0] ?? 0] = judged.probabilities[index] ?? NaN;
      return column;
    }),
  };
}
