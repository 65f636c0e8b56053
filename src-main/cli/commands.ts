import * as m from '#messages';

import { backupsCreate } from './backups-create.ts';
import { backupsList } from './backups-list.ts';
import { backupsRestore } from './backups-restore.ts';
import { backupsSetAside } from './backups-set-aside.ts';
import { bundleExport } from './bundle-export.ts';
import { bundleImport } from './bundle-import.ts';
import type { Command } from './command.ts';
import { compare } from './compare.ts';
import { completionOf } from './completion.ts';
import { dataCoverage } from './data-coverage.ts';
import { dataExport } from './data-export.ts';
import { dataFindings } from './data-findings.ts';
import { dataImport } from './data-import.ts';
import { dataList } from './data-list.ts';
import { dataRemove } from './data-remove.ts';
import { dataRename } from './data-rename.ts';
import { dataRestore } from './data-restore.ts';
import { dataSample } from './data-sample.ts';
import { dataShow } from './data-show.ts';
import { dataTrash } from './data-trash.ts';
import { doctor } from './doctor.ts';
import { embeddingsDiff } from './embeddings-diff.ts';
import { embeddingsExport } from './embeddings-export.ts';
import { embeddingsImport } from './embeddings-import.ts';
import { embeddingsList } from './embeddings-list.ts';
import { embeddingsReviews } from './embeddings-reviews.ts';
import { embeddingsSentence } from './embeddings-sentence.ts';
import { embeddingsTables } from './embeddings-tables.ts';
import { embeddingsThin } from './embeddings-thin.ts';
import { embeddingsTransplant } from './embeddings-transplant.ts';
import { experimentsExtend } from './experiments-extend.ts';
import { experimentsList } from './experiments-list.ts';
import { experimentsShow } from './experiments-show.ts';
import { exportReport } from './export-report.ts';
import { pause } from './pause.ts';
import { predict } from './predict.ts';
import { queueAdd } from './queue-add.ts';
import { queueList } from './queue-list.ts';
import { queueMove } from './queue-move.ts';
import { queuePause } from './queue-pause.ts';
import { queueRemove } from './queue-remove.ts';
import { queueStart } from './queue-start.ts';
import { reportOpen } from './report-open.ts';
import { resume } from './resume.ts';
import { runsCurves } from './runs-curves.ts';
import { runsDelete } from './runs-delete.ts';
import { runsFavourite } from './runs-favourite.ts';
import { runsImportCurves } from './runs-import-curves.ts';
import { runsList } from './runs-list.ts';
import { runsNote } from './runs-note.ts';
import { runsPredictions } from './runs-predictions.ts';
import { runsRemoveCurves } from './runs-remove-curves.ts';
import { runsRename } from './runs-rename.ts';
import { runsRestore } from './runs-restore.ts';
import { runsShow } from './runs-show.ts';
import { runsTag } from './runs-tag.ts';
import { serveCommand } from './serve.ts';
import { stop } from './stop.ts';
import { sweepCollect } from './sweep-collect.ts';
import { sweepRetry } from './sweep-retry.ts';
import { sweepStop } from './sweep-stop.ts';
import { sweep } from './sweep.ts';
import { task } from './task.ts';
import { train } from './train.ts';
import { verify } from './verify.ts';

/** What commands are about, in the order of the help. */
export type Noun = Readonly<{ title: () => string; commands: readonly Command[] }>;

export const nouns: readonly Noun[] = [
  { title: m.cli_noun_machine, commands: [doctor, serveCommand, completionOf(() => listed)] },
  {
    title: m.cli_noun_data,
    commands: [
      dataImport,
      dataSample,
      dataList,
      dataShow,
      dataFindings,
      dataCoverage,
      dataExport,
      dataRemove,
      dataRename,
      dataRestore,
      dataTrash,
    ],
  },
  { title: m.cli_noun_training, commands: [train, resume, pause, stop, verify] },
  { title: m.cli_noun_sweeps, commands: [sweep, sweepCollect, sweepRetry, sweepStop] },
  {
    title: m.cli_noun_queue,
    commands: [queueList, queueAdd, queueMove, queueRemove, queuePause, queueStart],
  },
  {
    title: m.cli_noun_runs,
    commands: [
      runsList,
      runsShow,
      runsRename,
      runsTag,
      runsNote,
      runsFavourite,
      runsPredictions,
      runsDelete,
      runsRestore,
      runsImportCurves,
      runsCurves,
      runsRemoveCurves,
      predict,
      compare,
    ],
  },
  {
    title: m.cli_noun_experiments,
    commands: [experimentsList, experimentsShow, experimentsExtend],
  },
  {
    title: m.cli_noun_embeddings,
    commands: [
      embeddingsList,
      embeddingsDiff,
      embeddingsTransplant,
      embeddingsReviews,
      embeddingsSentence,
      embeddingsExport,
      embeddingsImport,
      embeddingsTables,
      embeddingsThin,
    ],
  },
  { title: m.cli_noun_bundles, commands: [bundleExport, bundleImport] },
  { title: m.cli_noun_reports, commands: [exportReport, reportOpen] },
  {
    title: m.cli_noun_backups,
    commands: [backupsList, backupsCreate, backupsRestore, backupsSetAside],
  },
];

export const listed: readonly Command[] = nouns.flatMap((noun) => noun.commands);
/** With what a job array starts on a node, which no help names. */
export const commands: readonly Command[] = [...listed, task];
