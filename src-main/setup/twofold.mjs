#!/usr/bin/env node
import path from 'node:path';
import { root } from './places.mjs';
import { entry, prepare } from './prepare.mjs';
import { handOver } from './run.mjs';

// glibc: arrays that grow leave no holes behind (6 % less of a large import's memory).
const givesMemoryBack = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

await entry(async () => {
  const args = process.argv.slice(2);
  const { node, env } = await prepare({
    native: true,
    messages: true,
    programs: true,
    bundle: args[0] === 'serve' ? ['renderer'] : [],
  });
  const isData = args[0] === 'data';
  // An import makes short-lived strings without end: a small nursery keeps 100 MB less of them, at the same speed.
  const flags = isData ? ['--max-semi-space-size=4'] : [];
  await handOver(node, [...flags, path.join(env.TWOFOLD_PROGRAMS, 'cli.js'), ...args], {
    cwd: root,
    env: isData ? { ...env, ...givesMemoryBack } : env,
  });
});
