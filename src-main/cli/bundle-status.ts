import type { BundleProgress } from '#contract/bundle.ts';
import * as m from '#messages';

import type { Output } from './output.ts';
import { bytes } from './text.ts';

/** How far a bundle is. */
export const bundleStatus =
  (out: Output) =>
  ({ phase, done, total }: BundleProgress): void => {
    out.status(
      phase === 'checking' || total === null
        ? m.cli_bundle_checking({ done: bytes(done) })
        : m.cli_bundle_writing({ done: bytes(done), total: bytes(total) }),
    );
  };
