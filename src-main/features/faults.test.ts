import { afterAll, beforeAll, expect, test } from 'vitest';

import { clockFaults } from '../../e2e/faults/clock.ts';
import { diskFaults } from '../../e2e/faults/disk.ts';
import { fileFaults } from '../../e2e/faults/files.ts';
import { processFaults } from '../../e2e/faults/processes.ts';
import { makeTemplate, openPlace, type Template } from '../../e2e/faults/scenario.ts';

/** A few of what `npm run faults` injects, a minute of them. */
const quick = [...processFaults, ...diskFaults, ...fileFaults, ...clockFaults].filter(
  ({ isQuick }) => isQuick === true,
);
let template: Template;
beforeAll(async () => {
  template = await makeTemplate();
}, 120_000);
afterAll(() => {
  template.cli.remove();
});

test.each(quick.map((fault) => [fault.name, fault] as const))(
  '%s',
  async (_name, fault) => {
    const place = openPlace(template);
    try {
      const { sees, checks } = await fault.inject(place);
      expect(sees).not.toBe('');
      expect(checks).toContain('integrity ok');
    } finally {
      place.remove();
    }
  },
  180_000,
);
