import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { assertSound, sentenceOf, type Fault, type Place } from './scenario.ts';

const cli = path.resolve(import.meta.dirname, '../../src-main/cli/main.ts');

const needsRoot = (): string | null =>
  process.platform === 'linux' && process.getuid?.() === 0
    ? null
    : 'only root may act as another user';

/** What another user does, who has the rights of everybody. */
function asNobody(
  place: Place,
  command: string,
  ...args: readonly string[]
): Promise<Readonly<{ code: number | null; stdout: string; stderr: string }>> {
  const nobody = 65_534;
  const child = spawn(command, args, {
    cwd: '/',
    env: { ...process.env, TWOFOLD_HOME: place.home, INIT_CWD: place.folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    uid: nobody,
    gid: nobody,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) =>
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    }),
  );
}

const noRights: Fault = {
  name: 'the data folder belongs to another user',
  skip: needsRoot,
  async inject(place) {
    const checks: string[] = [];
    const rights = (folder: number): void => {
      chmodSync(place.folder, folder);
      chmodSync(place.home, folder);
    };
    rights(0o755);
    const readable = await asNobody(place, process.execPath, cli, 'runs', 'list');
    assert.deepEqual([readable.code, readable.stdout], [1, '']);
    const sees = sentenceOf(place, readable.stderr);
    assert.match(sees, /the right to write/);
    // What may not even be looked at is not taken for empty.
    chmodSync(place.home, 0o700);
    const hidden = await asNobody(place, process.execPath, cli, 'runs', 'list');
    assert.deepEqual([hidden.code, hidden.stdout], [1, '']);
    assert.match(sentenceOf(place, hidden.stderr), /No right to write/);
    checks.push('readable or not, refused');
    rights(0o700);
    await assertSound(place, checks);
    return { sees, checks };
  },
};

const onlooker: Fault = {
  name: 'another user of the machine looks on while the window is open',
  skip: needsRoot,
  async inject(place) {
    const checks: string[] = [];
    chmodSync(place.folder, 0o755);
    // As an older version left it: readable for everybody.
    const opened = await asNobody(place, 'find', place.home, '-type', 'f', '-readable');
    assert.equal(opened.stdout, '');
    const relaxed = spawn('chmod', ['-R', 'a+rX', place.home]);
    await new Promise((resolve) => relaxed.once('close', resolve));
    const before = await asNobody(place, 'find', place.home, '-type', 'f', '-readable');
    assert.match(before.stdout, /twofold\.sqlite/);

    const programs = path.join(place.folder, 'programs');
    mkdirSync(programs);
    writeFileSync(path.join(programs, 'xdg-open'), '#!/bin/sh\nsleep 20\n');
    chmodSync(path.join(programs, 'xdg-open'), 0o755);
    const outer = { PATH: process.env['PATH'], DISPLAY: process.env['DISPLAY'] };
    Object.assign(process.env, { PATH: `${programs}:${outer.PATH ?? ''}`, DISPLAY: ':99' });
    const serving = place.begin('serve', '--port', '0');
    Object.assign(process.env, { PATH: outer.PATH });
    if (outer.DISPLAY === undefined) delete process.env['DISPLAY'];
    let printed = '';
    serving.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    try {
      await serving.line('/open/');
      const secret = /\/open\/([\w-]+)/.exec(printed)?.[1] ?? '';
      assert.ok(secret.length > 30, printed);
      const listed = await asNobody(place, 'sh', '-c', 'cat /proc/[0-9]*/cmdline');
      assert.match(listed.stdout, /xdg-open/, 'the browser was started');
      assert.ok(!listed.stdout.includes(secret), 'no secret among the arguments of a process');
      checks.push('no secret in the process list');
      const files = await asNobody(place, 'find', place.home, '-readable');
      assert.equal(files.stdout, '');
      checks.push('no file or folder of the data folder is readable');
    } finally {
      serving.child.kill('SIGTERM');
      await serving.outcome;
    }
    await assertSound(place, checks);
    return { sees: 'Nothing; the other user sees that it runs, and no more.', checks };
  },
};

export const userFaults: readonly Fault[] = [noRights, onlooker];
