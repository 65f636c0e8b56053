import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { assertSound, sentenceOf, until, type Fault } from './scenario.ts';

const needsRoot = (): string | null =>
  process.platform === 'linux' && process.getuid?.() === 0
    ? null
    : 'only root may act as another user';

/** Another user, who has the rights of everybody. */
const nobody = { uid: 65_534, gid: 65_534 };

/** Files and folders of a folder that such a user may read. */
const readableIn = (folder: string): string =>
  spawnSync('find', [folder, '-readable'], { ...nobody, cwd: '/', encoding: 'utf8' }).stdout;

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
    const readable = await place.beginAs(nobody, 'runs', 'list').outcome;
    assert.deepEqual([readable.code, readable.stdout], [1, '']);
    const sees = sentenceOf(place, readable.stderr);
    assert.match(sees, /the right to write/);
    // What may not even be looked at is not taken for empty.
    chmodSync(place.home, 0o700);
    const hidden = await place.beginAs(nobody, 'runs', 'list').outcome;
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
    spawnSync('chmod', ['-R', 'a+rX', place.home]);
    assert.match(readableIn(place.home), /twofold\.sqlite/);

    const programs = path.join(place.folder, 'programs');
    mkdirSync(programs);
    writeFileSync(path.join(programs, 'xdg-open'), '#!/bin/sh\nsleep 20\n', { mode: 0o755 });
    const env = { PATH: `${programs}:${process.env['PATH'] ?? ''}`, DISPLAY: ':99' };
    const serving = place.beginAs({ env }, 'serve', '--port', '0');
    let printed = '';
    serving.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    try {
      await serving.line('/open/');
      const secret = /\/open\/([\w-]+)/.exec(printed)?.[1] ?? '';
      assert.ok(secret.length > 30, printed);
      let listed = '';
      await until('the browser in the list of processes', () => {
        // With the rights of this process: whatever a system shows to others is part of that.
        listed = spawnSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline'], { encoding: 'utf8' }).stdout;
        return listed.includes('xdg-open');
      });
      assert.ok(!listed.includes(secret), 'no secret among the arguments of a process');
      checks.push('no secret in the process list');
      assert.equal(readableIn(place.home), '');
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
