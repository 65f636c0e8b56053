import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ReportFormat, ReportsService } from '../services.ts';
import { kerasFiles } from './keras.ts';
import type { ReportRequest, ReportSource } from './report.ts';
import { tensorboardFiles } from './tensorboard.ts';
import { writeFolderWhole, type OutFile } from './write-folder.ts';

type Writer = Readonly<{
  target: 'folder';
  files: (
    source: ReportSource,
    request: ReportRequest,
  ) => readonly OutFile[] | Promise<readonly OutFile[]>;
}>;

const writers: Readonly<Record<ReportFormat, Writer>> = {
  keras: { target: 'folder', files: kerasFiles },
  tensorboard: { target: 'folder', files: tensorboardFiles },
};

export const reportFormats = Object.keys(writers) as readonly ReportFormat[];

export function createReportsService(source: ReportSource): ReportsService {
  return {
    async exportTo({ runIds, format, path, weights, isForced }) {
      const chosen = [...new Set(runIds)];
      if (chosen.length === 0) throw new AppError('invalid', m.reports_no_runs());
      const files = await writers[format].files(source, { runIds: chosen, weights });
      return writeFolderWhole(path, files, isForced);
    },
  };
}
