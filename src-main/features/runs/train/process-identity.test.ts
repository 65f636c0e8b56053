import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import { isProcessAlive, ownIdentity } from './process-identity.ts';

test('this process lives; one of another start time does not, nor one that has ended', async () => {
  const own = ownIdentity();
  expect(isProcessAlive(own)).toBe(true);
  expect(isProcessAlive({ ...own, startedAt: 'another time' })).toBe(false);
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(isProcessAlive({ pid: child.pid ?? 0, startedAt: own.startedAt })).toBe(false);
});

test('another living process is told by its start time', async () => {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `
      const { ownIdentity } = await import(${JSON.stringify(new URL('process-identity.ts', import.meta.url).href)});
      console.log(JSON.stringify(ownIdentity()));
      setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const identity = JSON.parse(String(said)) as ReturnType<typeof ownIdentity>;
  expect(identity.pid).toBe(child.pid);
  expect(isProcessAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isProcessAlive(identity)).toBe(false);
});
