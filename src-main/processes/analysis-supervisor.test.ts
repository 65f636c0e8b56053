import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { forkHost } from './host.ts';
import { createAnalysis } from './analysis-supervisor.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'twofold-analysis-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A child that does this when it is given its job. */
function analysisWith(act: string) {
  const entry = path.join(folder, `${act.length}.mjs`);
  writeFileSync(entry, `process.on('message', () => { ${act} });`);
  return createAnalysis({ host: forkHost, entry });
}

const job = { kind: 'drift', tables: [], rows: 0, dims: 0, picks: new Int32Array() } as const;
const ask = (act: string) =>
  analysisWith(act).ask(job, 'drifted', { signal: new AbortController().signal });

test('a killed child is told from one that ran out of memory, and from one that ended', async () => {
  await expect(ask(`process.kill(process.pid, 'SIGKILL');`)).rejects.toThrow(
    /was killed, by hand or because memory ran out\. Nothing is lost/,
  );
  const words = `process.stderr.write('FATAL ERROR: heap out of memory', () => process.abort());`;
  await expect(ask(words)).rejects.toThrow(/^The comparison ran out of memory\./);
  await expect(ask('process.exit(3);')).rejects.toThrow(/ended early \(3\)\. Start/);
});
