import { writeFileSync } from 'node:fs';

import { BrowserWindow, session } from 'electron';

import type { PagePrinter } from '../../features/services.ts';
import { webPreferences } from './policy.ts';

/** A hidden window that runs no script, in a session of its own that reaches nothing but files. */
export const electronPrinter: PagePrinter = async (page, target, _folder, signal) => {
  const apart = session.fromPartition('report-print');
  apart.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !/^(?:file|data):/.test(url) });
  });
  const window = new BrowserWindow({
    show: false,
    webPreferences: { ...webPreferences, session: apart, javascript: false },
  });
  try {
    await window.loadFile(page);
    const pdf = await window.webContents.printToPDF({
      preferCSSPageSize: true,
      printBackground: true,
      displayHeaderFooter: false,
      generateTaggedPDF: true,
      generateDocumentOutline: true,
    });
    signal.throwIfAborted();
    writeFileSync(target, pdf);
  } finally {
    window.destroy();
  }
};
