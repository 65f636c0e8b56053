import type { CallName, Handlers } from '#contract/index.ts';

import type { BundlesService } from '../services.ts';

type BundleCall = Extract<CallName, `bundles.${string}`>;

export function bundleHandlers(bundles: BundlesService): Pick<Handlers, BundleCall> {
  return {
    'bundles.export': (request) => bundles.startExport(request),
    'bundles.import': ({ path }) => bundles.startImport(path),
    'bundles.jobs': () => bundles.jobs(),
    'bundles.cancel': ({ jobId }) => bundles.cancel(jobId),
  };
}
