import { expect, test } from 'vitest';

import { buildRun } from '../../../testing/build-run.ts';
import { endingText } from './run-text.ts';

test('a failed run says what to do, in its reason or after it', () => {
  const known = { state: 'failed', reason: 'Sie lief nicht.', reasonKind: 'killed' } as const;
  expect(endingText(buildRun(known))).toBe(known.reason);
  expect(endingText(buildRun({ ...known, reasonKind: 'text' }))).toMatch(/^Sie lief nicht\. \w/);
  expect(endingText(buildRun({ state: 'failed' }))).toMatch(/\w/);
});
