import { composeReport } from '#core/reports/compose.ts';
import type { ReportData } from '#core/reports/data.ts';
import type { ReportDocument } from '#core/reports/document.ts';

const known = new WeakMap<ReportData, ReportDocument>();

/** The document of what was gathered: composed once for the page and for what is said of it. */
export function documentOf(data: ReportData): ReportDocument {
  const document = known.get(data) ?? composeReport(data);
  known.set(data, document);
  return document;
}
