import path from 'node:path';

import {
  dictionaryLines,
  epochLines,
  jsonParts,
  outsideLines,
  predictionLines,
  runLines,
} from '#core/reports/figures-of-runs.ts';

import { writeFilesWhole } from '../../files/write-file.ts';
import { turnOf } from './export-work.ts';
import { predictionTables } from './predictions.ts';
import { textParts } from './text-parts.ts';
import type { WriteReport } from './writers.ts';

/**
 * Tables: `NAME.csv` has the runs, `NAME-epochs.csv` their epochs, `NAME-predictions.csv` their predictions, `NAME-outside.csv` outside
 * curves where there are some. `NAME-columns.csv` is the dictionary of their columns.
 */
export const writeCsv: WriteReport = async ({ runs }, data, file, isForced, work) => {
  const stem = path.join(path.dirname(file), path.basename(file, path.extname(file)));
  const tables = await predictionTables(runs, data, work);
  const files = [
    { path: file, parts: () => textParts(runLines(data)) },
    { path: `${stem}-epochs.csv`, parts: () => textParts(epochLines(data.runs)) },
    { path: `${stem}-predictions.csv`, parts: () => textParts(predictionLines(tables)) },
    { path: `${stem}-columns.csv`, parts: () => textParts(dictionaryLines(data)) },
    ...(data.outsideCurves.length === 0
      ? []
      : [
          {
            path: `${stem}-outside.csv`,
            parts: () => textParts(outsideLines(data.outsideCurves)),
          },
        ]),
  ];
  return { files: await writeFilesWhole(files, isForced, turnOf(work, files)), notes: [] };
};

/** Everything as one document. */
export const writeJson: WriteReport = async ({ runs }, data, file, isForced, work) => {
  const tables = await predictionTables(runs, data, work);
  const files = [{ path: file, parts: () => textParts(jsonParts(data, tables)) }];
  return { files: await writeFilesWhole(files, isForced, turnOf(work, files)), notes: [] };
};
