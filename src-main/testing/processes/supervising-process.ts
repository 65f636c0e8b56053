import type { RunConfigInput } from '#contract/run-config.ts';

import { openApp } from '../../features/app.ts';

/*
 * A process of its own that trains one run and says its lines, for tests that kill it. Arguments: home, entry, dataset,
 * configuration as JSON.
 */
const [home = '', trainerEntry = '', datasetId = '', config = '{}'] = process.argv.slice(2);
const app = openApp({ home, trainerEntry, queue: 'process' });
const [run] = app.services.runs.start({
  datasetId,
  configs: [JSON.parse(config) as RunConfigInput],
});
if (run === undefined) throw new Error('not started');
process.stdout.write(`${JSON.stringify({ event: 'queued', runId: run.runId })}\n`);
await app.services.runs.follow(run.runId, (line) =>
  process.stdout.write(`${JSON.stringify(line)}\n`),
);
await app.close();
