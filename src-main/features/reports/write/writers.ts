import type { FolderFormat, ReportFormat } from '#contract/report.ts';
import type { ReportData } from '#core/reports/data.ts';
import { forReaders } from '#core/reports/document.ts';
import { renderLatex } from '#core/reports/render/latex.ts';

import type { PagePrinter } from '../../services.ts';
import { writeFilesWhole, type WrittenFile } from '../../files/write-file.ts';
import { documentOf } from '../composed.ts';
import { turnOf, type ExportWork } from './export-work.ts';
import type { ReportSources } from '../gather.ts';
import { reportPage } from '../page.ts';
import { textParts } from './text-parts.ts';
import { writeMarkdown } from './write-markdown.ts';
import { writePdf } from './write-pdf.ts';
import { writeCsv, writeJson } from './write-tables.ts';

type DocumentFormat = Exclude<ReportFormat, FolderFormat>;

export type WriterParts = ReportSources & Readonly<{ resources: string; printPage: PagePrinter }>;

/** Complete or not at all; the first file is the one that was asked for. */
export type WriteReport = (
  parts: WriterParts,
  data: ReportData,
  file: string,
  isForced: boolean,
  work: ExportWork,
) => Promise<Readonly<{ files: readonly WrittenFile[]; notes: readonly string[] }>>;

/** A file that is one text. */
const writeText =
  (textOf: (data: ReportData, parts: WriterParts) => string): WriteReport =>
  async (parts, data, file, isForced, work) => {
    const files = [{ path: file, parts: () => textParts([textOf(data, parts)]) }];
    return { files: await writeFilesWhole(files, isForced, turnOf(work, files)), notes: [] };
  };

export const writers: Record<DocumentFormat, WriteReport> = {
  html: writeText((data, { resources }) => reportPage(data, resources)),
  pdf: writePdf,
  md: writeMarkdown,
  latex: writeText((data) => renderLatex(forReaders(documentOf(data)))),
  csv: writeCsv,
  json: writeJson,
};
