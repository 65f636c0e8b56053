import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { twofold } from './twofold.ts';

/** `empty`: a new home. `sample`: the built-in corpus. `pair`: A and B trained on it, two epochs each. */
export type ScenarioName = 'empty' | 'sample' | 'pair';

/** The smallest setting that still learns something on the sample corpus, in a few seconds. */
export const tinyFlags = [
  '--max-length',
  '24',
  '--num-words',
  '400',
  '--embedding-dim',
  '8',
  '--hidden-units',
  '8',
  '--filters',
  '12',
  '--batch-size',
  '64',
  '--epochs',
  '3',
  '--learning-rate',
  '0.01',
] as const;

const importedSchema = z.object({ datasetId: z.string() });

/**
 * Fills a home folder. A scenario is made once a test run, by the real command line, and copied from then on.
 */
export async function seedHome(scenario: ScenarioName, home: string): Promise<void> {
  if (scenario === 'empty') return;
  cpSync(await madeOnce(scenario), home, { recursive: true });
}

async function madeOnce(scenario: Exclude<ScenarioName, 'empty'>): Promise<string> {
  // One folder a test run: Playwright's workers are children of the same process.
  const folder = path.join(tmpdir(), `twofold-scenarios-${process.ppid}`);
  const ready = path.join(folder, scenario);
  if (existsSync(ready)) return ready;
  mkdirSync(folder, { recursive: true });
  const draft = mkdtempSync(path.join(folder, 'draft-'));
  const [imported] = await twofold(draft, 'data', 'sample');
  if (scenario === 'pair') {
    const { datasetId } = importedSchema.parse(imported);
    for (const variant of ['A', 'B']) {
      await twofold(draft, 'train', '--dataset', datasetId, '--variant', variant, ...tinyFlags);
    }
  }
  try {
    renameSync(draft, ready);
  } catch {
    // Another worker was first.
    rmSync(draft, { recursive: true, force: true });
  }
  return ready;
}
