import type { FolderFormat, ReportFormat } from '#contract/report.ts';
import { composeReport } from '#core/reports/compose.ts';
import type { ReportData } from '#core/reports/data.ts';
import { renderLatex } from '#core/reports/render/latex.ts';

import type { PagePrinter } from '../services.ts';
import { writeFilesWhole, type WrittenFile } from '../write-file.ts';
import type { ReportSources } from './gather.ts';
import { reportPage } from './page.ts';
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
) => Promise<Readonly<{ files: readonly WrittenFile[]; notes: readonly string[] }>>;

const writeHtml: WriteReport = async ({ resources }, data, file, isForced) => ({
  files: await writeFilesWhole(
    [{ path: file, parts: () => textParts([reportPage(data, resources)]) }],
    isForced,
  ),
  notes: [],
});

const writeLatex: WriteReport = async (_parts, data, file, isForced) => {
  const text = renderLatex(composeReport(data));
  return {
    files: await writeFilesWhole([{ path: file, parts: () => textParts([text]) }], isForced),
    notes: [],
  };
};

export const writers: Record<DocumentFormat, WriteReport> = {
  html: writeHtml,
  pdf: writePdf,
  md: writeMarkdown,
  latex: writeLatex,
  csv: writeCsv,
  json: writeJson,
};
