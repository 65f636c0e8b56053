import type { CallName, Handlers } from '#contract/index.ts';

import type { ReportsService } from '../services.ts';
import { typedPath } from '../typed-path.ts';

type ReportCall = Extract<CallName, `reports.${string}`>;

export const reportHandlers = (reports: ReportsService): Pick<Handlers, ReportCall> => ({
  'reports.list': (request) => reports.list(request),
  'reports.get': ({ reportId }) => reports.get(reportId),
  'reports.draft': (request) => reports.draft(request),
  'reports.save': (request) => reports.save(request),
  'reports.remove': ({ reportIds }) => ({ reportIds: reports.remove(reportIds) }),
  'reports.restore': ({ reportIds }) => ({ reportIds: reports.restore(reportIds) }),
  'reports.preview': (spec) => reports.preview(spec),
  'reports.export': ({ exportId, ...request }) =>
    reports.exports.run(exportId, (options) => reports.exportSpec(typedPath(request), options)),
  'reports.exportProgress': ({ exportId }) => reports.exports.progress(exportId),
  'reports.cancelExport': ({ exportId }) => {
    reports.exports.cancel(exportId);
    return {};
  },
  'reports.read': (request) => reports.read(typedPath(request).path),
  'reports.queueRuns': async (request) => ({
    runIds: await reports.queueRuns(typedPath(request).path),
  }),
});
