import type { CallName, Handlers } from '#contract/index.ts';

import type { BundlesService } from '../services.ts';
import { typedPath } from '../typed-path.ts';

type BundleCall = Extract<CallName, `bundles.${string}`>;

export function bundleHandlers(bundles: BundlesService): Pick<Handlers, BundleCall> {
  return {
    'bundles.export': (request) => bundles.startExport(typedPath(request)),
    'bundles.import': (request) => bundles.startImport(typedPath(request).path),
    'bundles.jobs': () => bundles.jobs(),
    'bundles.cancel': ({ jobId }) => bundles.cancel(jobId),
  };
}
