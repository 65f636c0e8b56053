import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { writeFilesWhole } from '../write-file.ts';
import { turnOf } from './export-work.ts';
import { reportPage } from './page.ts';
import type { WriteReport } from './writers.ts';

const require = createRequire(import.meta.url);

/** The HTML page as a browser prints it, with its font: it looks the same on every machine. */
export const writePdf: WriteReport = async (parts, data, file, isForced, work) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-report-'));
  try {
    const [page, pdf] = [path.join(folder, 'report.html'), path.join(folder, 'report.pdf')];
    const font = readFileSync(
      path.join(
        path.dirname(require.resolve('pretendard/package.json')),
        'dist/web/variable/woff2/PretendardVariable.woff2',
      ),
    );
    writeFileSync(page, reportPage(data, parts.resources, { font: font.toString('base64') }));
    await work.step('printing', 0, null);
    await parts.printPage(page, pdf, folder, work.signal);
    const files = [{ path: file, parts: () => [readFileSync(pdf)] }];
    return { files: await writeFilesWhole(files, isForced, turnOf(work, files)), notes: [] };
  } finally {
    // On Windows a browser that has just ended may still hold its profile.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};
