/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

/** @returns {Counts} */
export const noCounts = () => ({ passed: 0, failed: 0, skipped: 0 });

/** The closing line, as every reader of it expects it. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** @param {Counts[]} all */
export function sum(all) {
  return all.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      failed: total.failed + one.failed,
      skipped: total.skipped + one.skipped,
    }),
    noCounts(),
  );
}

/** Counts of vitest's JSON report. A file that failed without a failed test in it (it did not load) counts as one. */
export function vitestCounts(report) {
  const files = report.testResults ?? [];
  const states = files.flatMap((file) => file.assertionResults.map(({ status }) => status));
  const count = (...wanted) => states.filter((state) => wanted.includes(state)).length;
  const brokenFiles = files.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  return {
    passed: count('passed'),
    failed: count('failed') + brokenFiles.length,
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
  };
}

/** Counts of Playwright's JSON report. A flaky test passed in the end; an error outside of tests counts as one failure. */
export function playwrightCounts(report) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report.stats ?? {};
  return { passed: expected + flaky, failed: unexpected + (report.errors ?? []).length, skipped };
}

/**
 * What a runner's end means: without a report it counts as one failure, and so does an exit code that says "failed" where the
 * report does not.
 * @param {{exitCode: number | null, report: object | null, countsOf: (report: object) => Counts}} end
 */
export function runnerCounts({ exitCode, report, countsOf }) {
  if (report === null) return { ...noCounts(), failed: 1 };
  const counts = countsOf(report);
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
