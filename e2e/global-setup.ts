import type { FullConfig } from '@playwright/test';

import type { ShellOptions } from './fixtures.ts';
import { makeScenarioFolder } from './scenarios/seed.ts';

/** Makes the folder of the scenarios and says which projects are skipped, and why: reporters do not all show it. */
export default function setUp(config: FullConfig<ShellOptions>): () => void {
  for (const { name, use } of config.projects) {
    if (typeof use.missingRuntime !== 'string') continue;
    process.stdout.write(`Project ${name} is skipped: ${use.missingRuntime}.\n`);
  }
  return makeScenarioFolder();
}
