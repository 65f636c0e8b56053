import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import Database from 'better-sqlite3';

import { backupSchema } from '#contract/backup.ts';
import type { Run } from '#contract/run.ts';

import { mainMigrations } from '../../src-main/db/open.ts';
import { openApp, type App } from '../../src-main/features/app.ts';
import { fillAsOf, isKept, type Put } from '../../src-main/testing/homes/old-home.ts';
import { openTestCli } from '../../src-main/testing/test-cli.ts';
import { integrity } from '../../e2e/scenarios/home.ts';
import { tiny, train, type Fault, type Place } from './scenario.ts';

const source = path.join(import.meta.dirname, 'kill-at-write.c');
const everyCall = 5;

/** What is killed at its writes, and what must hold whenever that was. */
type Operation = Readonly<{
  args: readonly string[];
  /** Right after the kill: throws where something is lost or half done. */
  holds: () => Promise<void> | void;
  /** Finishes what was killed, and looks at the outcome. */
  finish: () => Promise<void> | void;
}>;

const needsCompiler = (): string | null =>
  process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0
    ? null
    : 'this needs Linux and a C compiler (cc)';

/**
 * Kills a command right before its first call that changes a file, its sixth, and so on, each time over the same folders, until it ends
 * unbroken.
 */
const killedAtWrites = (
  what: string,
  prepare: (place: Place) => Promise<Operation> | Operation,
): Fault => ({
  name: `kill -9 at every fifth write call of ${what}`,
  skip: needsCompiler,
  async inject(place) {
    const library = compile(place.folder);
    const operation = await prepare(place);
    const kept = `${place.folder}-kept`;
    cpSync(place.folder, kept, { recursive: true });
    let kills = 0;
    try {
      for (let call = 1; ; call += everyCall) {
        const env = { LD_PRELOAD: library, KILL_AT_WRITE: String(call) };
        const running = place.beginAs({ env }, ...operation.args);
        const { code, stdout, stderr } = await running.outcome;
        const isKilled = running.child.signalCode === 'SIGKILL';
        const at = `at write call ${call}`;
        if (isKilled) kills += 1;
        else assert.equal(code, 0, `${at}: ${stdout}${stderr}`);
        try {
          await operation.holds();
          await operation.finish();
          const found = Object.values(integrity(place.home));
          assert.ok(found.length > 0 && found.every((one) => one === 'ok'), String(found));
        } catch (error) {
          throw new Error(`${at}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          });
        }
        if (!isKilled) break;
        rmSync(place.folder, { recursive: true });
        cpSync(kept, place.folder, { recursive: true });
      }
    } finally {
      rmSync(kept, { recursive: true, force: true });
      rmSync(library);
    }
    assert.ok(kills > 0, 'nothing was killed');
    return {
      sees: 'As before, or done; the same command again does it.',
      checks: [`${kills} kills`],
    };
  },
});

/** The library that kills, made anew beside the folders that it is used on. */
function compile(folder: string): string {
  const library = `${folder}-kill.so`;
  const { status, stderr } = spawnSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, source]);
  assert.equal(status, 0, String(stderr));
  return library;
}

/** Opens the home as the next start does. */
async function within<T>(home: string, look: (app: App) => T): Promise<Awaited<T>> {
  const app = openApp({ home, trainerEntry: 'not used', queue: 'process' });
  try {
    return await look(app);
  } finally {
    await app.close();
  }
}

async function done(cli: Pick<Place, 'twofold'>, args: readonly string[]): Promise<void> {
  const { code, stderr } = await cli.twofold(...args);
  assert.equal(code, 0, stderr);
}

const byName = ({ services: { runs } }: App, name: string): Run =>
  runs.get({ runId: runs.list({}).find((run) => run.name === name)?.runId ?? '' });

/** Its rows, its predictions and its weights are there. */
async function assertWhole(app: App, place: Place): Promise<void> {
  const { runId, weightsHash, epochs } = byName(app, 'whole');
  assert.deepEqual([weightsHash, epochs.length], [place.weightsHash, place.epochs]);
  assert.ok((await app.services.runs.predictions(runId)).length > 0);
  assert.ok(app.services.runs.tensors(runId, 'best').tensors.length > 0);
}

/** No folder of an import that was killed is left. */
function assertSwept({ home }: Place): void {
  const names = readdirSync(path.join(home, 'datasets'));
  assert.deepEqual(
    names.filter((name) => name.startsWith('.')),
    [],
  );
}

const migration = killedAtWrites('a migration from an early version', (place) => {
  rmSync(place.home, { recursive: true });
  mkdirSync(place.home);
  // The first version that remembers when the trash was emptied: what lies in it stays.
  const put: readonly Put[] = fillAsOf(place.home, 40);
  const file = path.join(place.home, 'twofold.sqlite');
  const db = new Database(file);
  db.prepare(`INSERT OR REPLACE INTO settings VALUES ('maintainedAt', ?)`).run(
    JSON.stringify(new Date().toISOString()),
  );
  db.close();
  return {
    args: ['runs', 'list'],
    async holds() {
      await within(place.home, ({ services }) => {
        const versions = services.backups.list().map(({ schemaVersion }) => schemaVersion);
        // Killed between two migrations, it goes on from the first and copies that too.
        assert.ok(versions.includes(40), `copies of ${versions.join()}`);
      });
    },
    finish() {
      const migrated = new Database(file, { readonly: true });
      try {
        assert.equal(
          migrated.pragma('user_version', { simple: true }),
          mainMigrations.at(-1)?.version,
        );
        assert.deepEqual(
          put.filter((row) => !isKept(migrated, row)),
          [],
        );
      } finally {
        migrated.close();
      }
    },
  };
});

const dataImport = killedAtWrites('an import of reviews', (place) => {
  const count = 2000;
  const lines = Array.from(
    { length: count },
    (_, row) => `"Review ${row} tells of film ${row * 7} and of a long evening",${row % 2}`,
  );
  writeFileSync(path.join(place.folder, 'reviews.csv'), `text,label\n${lines.join('\n')}\n`);
  const args = ['data', 'import', 'reviews.csv', '--name', 'Killed'];
  const reviews = (): Promise<number | undefined> =>
    within(place.home, ({ services: { datasets } }) => {
      const found = datasets.list({}).find(({ name }) => name === 'Killed');
      return (
        found && Object.values(found.splits).reduce((sum, split) => sum + (split?.count ?? 0), 0)
      );
    });
  return {
    args,
    async holds() {
      assert.ok([undefined, count].includes(await reviews()));
    },
    async finish() {
      await done(place, args);
      assert.equal(await reviews(), count);
      await within(place.home, (app) => assertWhole(app, place));
      assertSwept(place);
    },
  };
});

const restore = killedAtWrites('a restore of a backup', async (place) => {
  const { backupId } = await place.json(backupSchema, 'backups', 'create');
  await done(place, ['runs', 'note', 'whole', 'after the backup']);
  const args = ['backups', 'restore', backupId];
  const note = (): Promise<string> => within(place.home, (app) => byName(app, 'whole').note);
  return {
    args,
    async holds() {
      await within(place.home, (app) => assertWhole(app, place));
      assert.ok(['', 'after the backup'].includes(await note()));
    },
    async finish() {
      await done(place, args);
      assert.equal(await note(), '');
      const kinds = await within(place.home, ({ services: { backups } }) =>
        backups.list().map(({ kind }) => kind),
      );
      assert.ok(kinds.includes('replaced') && kinds.includes('backup'), String(kinds));
      const left = readdirSync(place.home).filter((name) => /restor/.test(name));
      assert.deepEqual(left, []);
    },
  };
});

const purge = killedAtWrites('the daily emptying of the trash', async (place) => {
  await done(place, ['train', '--dataset', place.datasetId, '--name', 'thrown', ...tiny]);
  const { runId } = await within(place.home, (app) => byName(app, 'thrown'));
  await done(place, ['runs', 'delete', 'thrown']);
  const file = path.join(place.home, 'twofold.sqlite');
  const isDue = (): void => {
    const db = new Database(file);
    db.exec(`UPDATE runs SET deleted_at = '2020-01-01T00:00:00.000Z' WHERE deleted_at IS NOT NULL;
             DELETE FROM settings WHERE key = 'maintainedAt'`);
    db.close();
  };
  isDue();
  return {
    args: ['runs', 'list'],
    async holds() {
      await within(place.home, (app) => assertWhole(app, place));
    },
    async finish() {
      isDue();
      await within(place.home, async (app) => {
        assert.deepEqual(app.services.runs.list({ isTrash: true }), []);
        await assertWhole(app, place);
      });
      const left = ['runs', 'logs'].flatMap((folder) => readdirSync(path.join(place.home, folder)));
      assert.deepEqual(
        left.filter((name) => name.startsWith(runId)),
        [],
      );
    },
  };
});

const exported = killedAtWrites('an export of a bundle over an older file', (place) => {
  const file = path.join(place.folder, 'whole.twofold');
  writeFileSync(file, 'older');
  const args = ['bundle', 'export', 'whole', '--out', 'whole.twofold', '--with-data', '--force'];
  const assertImports = async (): Promise<void> => {
    const other = openTestCli();
    try {
      await done(other, ['bundle', 'import', file]);
      await within(other.home, (app) => assertWhole(app, place));
    } finally {
      other.remove();
    }
  };
  return {
    args,
    async holds() {
      if (readFileSync(file, 'utf8') !== 'older') await assertImports();
    },
    async finish() {
      await done(place, args);
      await assertImports();
      assert.deepEqual(readdirSync(place.folder).toSorted(), ['home', 'whole.twofold']);
    },
  };
});

const folderExported = killedAtWrites('an export of a folder over an older one', async (place) => {
  const folder = path.join(place.folder, 'keras');
  const args = ['export', 'report', 'whole', '--format', 'keras', '--out', 'keras', '--force'];
  await done(place, args);
  const files = readdirSync(folder, { recursive: true }).toSorted();
  return {
    args,
    holds() {
      // Between its two renames the older one is beside it, whole.
      const there = readdirSync(place.folder)
        .filter((name) => name.startsWith('keras'))
        .map((name) => readdirSync(path.join(place.folder, name), { recursive: true }).toSorted());
      assert.ok(there.some((names) => isDeepStrictEqual(names, files)));
    },
    async finish() {
      await done(place, args);
      assert.deepEqual(readdirSync(folder, { recursive: true }).toSorted(), files);
      assert.deepEqual(readdirSync(place.folder).toSorted(), ['home', 'keras']);
    },
  };
});

const bundleImport = killedAtWrites(
  'an import of a bundle in which a run went on',
  async (place) => {
    // Epochs that last long enough for a pause, and few files of them.
    const few = ['--epochs', '6', '--limit', '2000', '--snapshots', 'ends'];
    const training = train(place, 'broken', ...few);
    await training.line('"event":"epoch"');
    await done(place, ['pause', 'broken']);
    await training.outcome;
    const before = await within(place.home, (app) => byName(app, 'broken').epochs.length);
    const other = openTestCli();
    let after: Run;
    try {
      cpSync(place.home, other.home, { recursive: true });
      await done(other, ['resume', 'broken']);
      after = await within(other.home, (app) => byName(app, 'broken'));
      const file = path.join(place.folder, 'further.twofold');
      await done(other, ['bundle', 'export', 'broken', '--out', file]);
    } finally {
      other.remove();
    }
    const args = ['bundle', 'import', 'further.twofold'];
    return {
      args,
      async holds() {
        const { runId, epochs } = await within(place.home, (app) => byName(app, 'broken'));
        assert.ok([before, after.epochs.length].includes(epochs.length));
        const { epoch } = await within(place.home, (app) =>
          app.services.runs.tensors(runId, 'last'),
        );
        assert.equal(epoch, epochs.length, 'rows and checkpoint are of the same epoch');
      },
      async finish() {
        await done(place, args);
        await within(place.home, async (app) => {
          assert.equal(byName(app, 'broken').weightsHash, after.weightsHash);
          await assertWhole(app, place);
        });
        assertSwept(place);
      },
    };
  },
);

export const writeFaults: readonly Fault[] = [
  migration,
  dataImport,
  restore,
  purge,
  exported,
  folderExported,
  bundleImport,
];
