import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import type { PaperFonts } from '#core/reports/render/html.ts';

import { writeFilesWhole } from '../../files/write-file.ts';
import { inTemporaryFolder } from '../../system/temporary-folder.ts';
import { turnOf } from './export-work.ts';
import { reportPage } from '../page.ts';
import type { WriteReport } from './writers.ts';

const require = createRequire(import.meta.url);

/** The HTML page as a browser prints it, with its font: it looks the same on every machine. */
export const writePdf: WriteReport = async (parts, data, file, isForced, work) => {
  return inTemporaryFolder(async (folder) => {
    const [page, pdf] = [path.join(folder, 'report.html'), path.join(folder, 'report.pdf')];
    writeFileSync(page, reportPage(data, parts.resources, { fonts: paperFonts() }));
    await work.step('printing', 0, null);
    await parts.printPage(page, pdf, folder, work.signal);
    const files = [{ path: file, parts: () => [readFileSync(pdf)] }];
    return { files: await writeFilesWhole(files, isForced, turnOf(work, files)), notes: [] };
  });
};

/** One weight a file: a variable font goes into a PDF as drawings (Type 3), which some venues refuse. */
export const paperFonts = (): PaperFonts => ({
  regular: fontOf('Regular'),
  semiBold: fontOf('SemiBold'),
});

const fontOf = (weight: string): string =>
  readFileSync(
    path.join(
      path.dirname(require.resolve('pretendard/package.json')),
      `dist/public/static/alternative/Pretendard-${weight}.ttf`,
    ),
  ).toString('base64');
