import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openDatabases } from '../../db/open.ts';
import { entriesOf, tarOf, type ArchiveEntry } from '../../testing/archives.ts';
import { openTestApp, type TestApp } from '../../testing/test-app.ts';
import { addRunWithWeights as addRun } from '../../testing/builders/run-with-weights.ts';
import { writeArchive } from './archive.ts';

let from: TestApp;
let into: TestApp;
let bundle: string;
const options = { signal: new AbortController().signal, onProgress: () => undefined };
const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

beforeEach(async () => {
  from = openTestApp();
  into = openTestApp();
  bundle = path.join(from.home, 'run.twofold');
  addRun(from, 'r1');
  await write(['r1'], bundle);
});
afterEach(async () => {
  await from.remove();
  await into.remove();
});

const write = (runIds: string[], file: string, isForced = false) =>
  from.services.bundles.exportTo({ runIds, path: file, withData: false, isForced }, options);
const read = (file = bundle) => into.services.bundles.importFrom(file, options);

/** Refused, and nothing is there that was not there before. */
async function expectRefused(file: string, sentence: RegExp): Promise<void> {
  await expect(read(file)).rejects.toThrow(sentence);
  const db = new Database(path.join(into.home, 'twofold.sqlite'), { readonly: true });
  for (const table of ['runs', 'datasets', 'experiments', 'epochs', 'snapshots']) {
    expect(db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get(), table).toBe(0);
  }
  db.close();
  const blobs = new Database(path.join(into.home, 'blobs.sqlite'), { readonly: true });
  expect(blobs.prepare('SELECT COUNT(*) FROM blobs').pluck().get()).toBe(0);
  blobs.close();
  for (const folder of ['runs', 'datasets'])
    expect(namesIn(path.join(into.home, folder))).toEqual([]);
}

function namesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder);
}

type Json = Record<string, unknown>;
type Manifest = Json & {
  sha256?: string;
  entries: { name: string; bytes: number; sha256: string }[];
  runs: Json[];
};

/** The bundle with its entries changed; `isListed`: sizes and hashes of the manifest follow the change. */
async function altered(
  change: (entries: { name: string; text: Buffer }[]) => ArchiveEntry[],
  {
    isListed = false,
    manifest: edit,
    isSealed = true,
  }: {
    isListed?: boolean;
    manifest?: (manifest: Manifest) => unknown;
    /** The manifest's own hash follows the change. */
    isSealed?: boolean;
  } = {},
): Promise<string> {
  const changed = change(await entriesOf(bundle));
  const manifest = JSON.parse(String(changed[0]?.text)) as Manifest;
  if (isListed) {
    manifest.entries = changed.slice(1).map(({ name, text = '' }) => ({
      name,
      bytes: Buffer.from(text).length,
      sha256: sha256(text),
    }));
  }
  edit?.(manifest);
  if (isSealed && manifest.sha256 !== undefined) {
    const { sha256: _, ...rest } = manifest;
    manifest.sha256 = sha256(JSON.stringify(rest));
  }
  const file = path.join(from.home, 'altered.twofold');
  writeFileSync(
    file,
    await tarOf([{ name: 'manifest.json', text: JSON.stringify(manifest) }, ...changed.slice(1)]),
  );
  return file;
}

const withRecord = (
  edit: (record: { run: Json; epochs: Json[] } & Json) => unknown,
  manifest?: (manifest: Manifest) => unknown,
) =>
  altered(
    (entries) =>
      entries.map((entry) => {
        if (!entry.name.endsWith('run.json')) return entry;
        const record = JSON.parse(String(entry.text)) as { run: Json; epochs: Json[] } & Json;
        edit(record);
        return { ...entry, text: JSON.stringify(record) };
      }),
    { isListed: true, ...(manifest === undefined ? {} : { manifest }) },
  );

test('a bundle is a tar archive of what its manifest lists', async () => {
  const entries = await entriesOf(bundle);
  const manifest = JSON.parse(String(entries[0]?.text)) as Manifest;
  expect(manifest).toMatchObject({ format: 'twofold-bundle', version: 5, twofold: '0.1.0' });
  expect(entries.slice(1).map(({ name, text }) => [name, text.length, sha256(text)])).toEqual(
    manifest.entries.map(({ name, bytes, sha256: hash }) => [name, bytes, hash]),
  );
  expect(manifest.entries.map(({ name }) => name.replace(/[0-9a-f]{64}/, 'HASH'))).toEqual([
    'runs/r1/run.json',
    'runs/r1/last.ckpt',
    'runs/r1/best.weights',
    'blobs/HASH',
    'blobs/HASH',
    'blobs/HASH',
  ]);
  expect(await read()).toMatchObject({ runs: ['r1'], skipped: [] });
});

test('what is cut off is refused, wherever', async () => {
  const size = statSync(bundle).size;
  const cut = path.join(from.home, 'cut.twofold');
  for (const length of [0, 100, 700, 512 * 5, size - 3000, size - 1536]) {
    writeFileSync(cut, readFileSync(bundle));
    truncateSync(cut, length);
    await expectRefused(cut, /cut\.twofold is (cut off|no bundle)/);
  }
});

test('a changed byte is refused, in each entry', async () => {
  for (const [index, { name }] of (await entriesOf(bundle)).entries()) {
    if (index === 0) continue;
    const file = await altered((entries) =>
      entries.map((entry) => {
        if (entry.name !== name) return entry;
        const text = Buffer.from(entry.text);
        text[text.length - 1] = (text.at(-1) ?? 0) ^ 1;
        return { ...entry, text };
      }),
    );
    await expectRefused(file, /altered\.twofold was refused: .* is damaged or was altered/);
  }
});

test('a file that is broken is refused also where all its runs are here already', async () => {
  await read();
  const broken = path.join(from.home, 'broken.twofold');
  const whole = readFileSync(bundle);
  writeFileSync(broken, whole.subarray(0, whole.length / 2));
  await expect(read(broken)).rejects.toThrow(/broken\.twofold is cut off/);
  const weights = (await entriesOf(bundle)).find(({ name }) => name.endsWith('.ckpt'))?.text ?? '';
  const flipped = Buffer.from(whole);
  const at = whole.indexOf(weights) + weights.length - 1;
  flipped[at] = (whole[at] ?? 0) ^ 1;
  writeFileSync(broken, flipped);
  await expect(read(broken)).rejects.toThrow(/last\.ckpt in it is damaged or was altered/);
  expect(await read()).toMatchObject({ runs: [], skipped: [{ runId: 'r1' }] });
});

test('entries that are not those of the list are refused: paths, links, doubles, other sizes', async () => {
  const first = (name: string, entries: { name: string; text: Buffer }[]) => [
    ...entries.slice(0, 1),
    { name, text: 'x' },
    ...entries.slice(1),
  ];
  for (const name of [
    '../../evil',
    '/tmp/evil',
    'runs/r1/../../evil',
    'C:\\evil',
    'runs/r1/evil.js',
  ]) {
    await expectRefused(
      await altered((entries) => first(name, entries)),
      /it holds .* where its list/,
    );
    await expectRefused(
      await altered((entries) => first(name, entries), { isListed: true }),
      /manifest\.json in it is damaged or was altered/,
    );
  }
  const link = await altered((entries) =>
    entries.map(({ name, text }) =>
      name.endsWith('.ckpt') ? { name, linkTo: '/etc/passwd' } : { name, text },
    ),
  );
  await expectRefused(link, /it holds runs\/r1\/last\.ckpt where its list/);
  const double = (entries: { name: string; text: Buffer }[]) => [...entries, ...entries.slice(-1)];
  await expectRefused(await altered(double, { isListed: true }), /manifest\.json in it is damaged/);
  await expectRefused(await altered(double), /where its list of contents says otherwise/);
  await expectRefused(await altered((entries) => entries.slice(0, -1)), /is cut off/);
  const lying = {
    manifest: ({ entries }: Manifest) => entries.forEach((entry) => (entry.bytes = 9e12)),
  };
  await expectRefused(await altered((entries) => entries, lying), /where its list of contents/);
});

test('a change to the list of contents itself is refused: a plan, a name, the schema, the version', async () => {
  const edits: ((manifest: Manifest) => unknown)[] = [
    (manifest) => Object.assign(manifest, { schema: 9999 }),
    (manifest) => Object.assign(manifest, { twofold: '0.1.1' }),
    (manifest) => Object.assign(manifest, { version: 1 }),
    (manifest) => Object.assign(manifest.runs[0] ?? {}, { name: 'other' }),
    (manifest) => delete manifest.sha256,
  ];
  for (const manifest of edits) {
    const file = await altered((entries) => entries, { manifest, isSealed: false });
    await expectRefused(file, /manifest\.json in it is damaged or was altered/);
  }
  const bytes = readFileSync(bundle, 'latin1').replace(/"schema":\d/, '"schema":9');
  const plain = path.join(from.home, 'plain.twofold');
  writeFileSync(plain, bytes, 'latin1');
  await expectRefused(plain, /manifest\.json in it is damaged or was altered/);
});

test('a bundle of the first format comes in, and is told apart', async () => {
  const first = await altered((entries) => entries, {
    manifest: (manifest) => {
      manifest.version = 1;
      delete manifest.sha256;
    },
  });
  expect(await read(first)).toMatchObject({ runs: ['r1'], isSealed: false });
  expect(await read()).toMatchObject({ runs: [], isSealed: true });
});

test('the sentences of a bundle of before format 5 become kinds and facts', async () => {
  const finding = { kind: 'hangul', count: 0, text: korean.finding };
  const older = await withRecord(
    (record) => {
      record.run['reason'] = korean.reason;
      record['log_lines'] = [{ seq: 1, at: '2026-01-01', level: 'info', text: korean.line }];
    },
    (manifest) => {
      manifest['version'] = 4;
      const [dataset] = manifest['datasets'] as Json[];
      Object.assign(dataset ?? {}, { findings: [finding], warnings: [finding.text] });
    },
  );
  expect(await read(older)).toMatchObject({ runs: ['r1'], skipped: [] });
  const db = new Database(path.join(into.home, 'twofold.sqlite'), { readonly: true });
  const one = (sql: string) => JSON.parse(String(db.prepare(sql).pluck().get())) as unknown;
  expect(one('SELECT reason FROM runs')).toEqual({ kind: 'gone', lastEpoch: 3 });
  expect(one('SELECT text FROM log_lines')).toEqual({ kind: 'started', pid: 4711 });
  expect(one('SELECT findings FROM datasets')).toEqual([{ kind: 'hangul', count: 0 }]);
  db.close();
});

test('a finding of a kind that a newer version made is carried as it is', async () => {
  const finding = { kind: 'later', count: 2, rows: [], share: 0.5 };
  const newer = await withRecord(
    () => undefined,
    (manifest) => {
      const [dataset] = manifest['datasets'] as Json[];
      Object.assign(dataset ?? {}, { findings: [finding] });
    },
  );
  expect(await read(newer)).toMatchObject({ runs: ['r1'], skipped: [] });
  const db = new Database(path.join(into.home, 'twofold.sqlite'), { readonly: true });
  const stored = db.prepare('SELECT findings FROM datasets').pluck().get();
  expect(JSON.parse(String(stored))).toEqual([finding]);
  db.close();
});

/** As an earlier version stored it. */
const korean = {
  reason:
    '학습하던 프로세스가 사라졌습니다(강제 종료, 메모리 부족 또는 정전). 에포크 3부터 이어 하세요.',
  line: '학습 프로세스 4711을(를) 시작했습니다.',
  finding:
    '한국어는 띄어쓰기에서 나눕니다. 조사가 단어에 붙어 있으므로, 한 단어를 조사마다 따로 셉니다.',
};

test('what follows its end is refused, and not called cut off', async () => {
  const longer = path.join(from.home, 'longer.twofold');
  writeFileSync(longer, Buffer.concat([readFileSync(bundle), Buffer.from('more '.repeat(300))]));
  await expectRefused(longer, /longer\.twofold was refused: .* something else follows/);
  const cut = path.join(from.home, 'cut.twofold');
  writeFileSync(cut, readFileSync(bundle).subarray(0, 700));
  await expectRefused(cut, /cut\.twofold is cut off/);
  await expectRefused('/dev/null', /\/dev\/null is a device or a pipe/);
  // It passes for a regular file of size 0, and who reads it waits for ever.
  if (process.platform === 'linux') await expectRefused('/proc/kmsg', /kmsg is no bundle/);
});

test('a huge file of zeros is refused by its beginning', async () => {
  const zeros = path.join(from.home, 'zeros.twofold');
  writeFileSync(zeros, '');
  truncateSync(zeros, 2 ** 36);
  await expectRefused(zeros, /zeros\.twofold is no bundle/);
});

test('a bundle that gzip has compressed is read, also where it is damaged', async () => {
  const packed = path.join(from.home, 'packed.twofold');
  const bytes = gzipSync(readFileSync(bundle));
  for (const length of [10, 200, bytes.length / 2]) {
    writeFileSync(packed, bytes.subarray(0, length));
    await expectRefused(packed, /packed\.twofold is (cut off|no bundle)/);
  }
  writeFileSync(packed, bytes.subarray(0, bytes.length - 4));
  await expectRefused(packed, /packed\.twofold was refused/);
  writeFileSync(packed, gzipSync('no bundle at all '.repeat(200)));
  await expectRefused(packed, /packed\.twofold is no bundle/);
  writeFileSync(packed, bytes);
  expect(await read(packed)).toMatchObject({ runs: ['r1'], isSealed: true });
});

test('a newer format is named, and what is no bundle too', async () => {
  const newer = await altered((entries) => entries, {
    manifest: (manifest) => Object.assign(manifest, { version: 6, twofold: '9.9.9', extra: [] }),
  });
  await expectRefused(newer, /written by a newer Twofold \(9\.9\.9\).*Update Twofold/);
  const text = path.join(from.home, 'notes.txt');
  writeFileSync(text, 'no bundle at all '.repeat(200));
  await expectRefused(text, /notes\.txt is no bundle/);
  await expectRefused(from.home, /is a folder, not a bundle/);
  await expectRefused(path.join(from.home, 'none'), /none does not exist/);
  const other = path.join(from.home, 'other.tar');
  writeFileSync(other, await tarOf([{ name: 'a.txt', text: 'a' }]));
  await expectRefused(other, /is no bundle/);
});

test('rows that cannot be are refused, with hashes that fit', async () => {
  const refused = /runs\/r1\/run\.json in it is damaged or was altered/;
  await expectRefused(await withRecord(({ run }) => (run['run_id'] = 'other')), refused);
  await expectRefused(await withRecord(({ run }) => (run['config'] = '{"seed":0}')), refused);
  await expectRefused(await withRecord(({ run }) => (run['state'] = 'running')), refused);
  await expectRefused(await withRecord(({ run }) => (run['name'] = 'a\nb')), refused);
  await expectRefused(await withRecord(({ run }) => (run['extra'] = 1)), refused);
  await expectRefused(await withRecord(({ run }) => (run['best_epoch'] = 99)), refused);
  await expectRefused(await withRecord(({ epochs }) => (epochs[0] = {})), refused);
  await expectRefused(await withRecord((record) => (record['log_lines'] = null)), refused);
  await expectRefused(await withRecord(({ epochs }) => (epochs[0]!['val_loss'] = -3)), refused);
  await expectRefused(
    await withRecord(({ epochs }) => (epochs[0]!['test_accuracy'] = 1.5)),
    refused,
  );
  // A blob of another size than its rows say.
  const sizes = (record: Json) =>
    Object.assign((record['snapshots'] as Json[])[0] ?? {}, { rows: 7 });
  await expectRefused(await withRecord(sizes), refused);
});

test('weights that are not those that the run claims are refused', async () => {
  const claim = await withRecord(({ run }) => (run['weights_hash'] = 'a'.repeat(64)));
  await expectRefused(
    claim,
    /last\.ckpt of "run r1" is damaged, or does not hold the weights that the run claims/,
  );
  const layout = await altered(
    (entries) =>
      entries.map((entry) =>
        entry.name.endsWith('.ckpt') ? { ...entry, text: Buffer.alloc(1000, 7) } : entry,
      ),
    { isListed: true },
  );
  await expectRefused(layout, /last\.ckpt of "run r1" is damaged, or does not hold the weights/);
});

test('another run of the same id is refused, one that went on differently is left out', async () => {
  addRun(into, 'r1', 2, 99);
  await expect(read()).rejects.toThrow(/the id of a run here that has other settings or data/);
  addRun(into, 'r2');
  const databases = openDatabases(into.home);
  databases.main.exec('UPDATE epochs SET loss = 0.123 WHERE epoch = 2');
  addRun(from, 'r2', 4);
  const file = path.join(from.home, 'r2.twofold');
  await write(['r2'], file);
  const { runs, skipped } = await read(file);
  expect([runs, skipped[0]?.reason]).toEqual([
    [],
    expect.stringMatching(/went on differently here/),
  ]);
  databases.main.exec(`UPDATE runs SET deleted_at = '2026-01-01' WHERE run_id = 'r2'`);
  expect((await read(file)).skipped[0]?.reason).toMatch(/in the trash here/);
  databases.main.exec(`UPDATE runs SET deleted_at = NULL, state = 'queued', queue_position = 1`);
  expect((await read(file)).skipped[0]?.reason).toMatch(/waits or trains/);
  databases.close();
});

test('what waits, trains or lies in the trash is not exported; a file that is there stays', async () => {
  const databases = openDatabases(from.home);
  const target = path.join(from.home, 'new.twofold');
  for (const state of ['queued', 'running']) {
    databases.main.prepare('UPDATE runs SET state = ?').run(state);
    await expect(write(['r1'], target)).rejects.toThrow(
      /"run r1" is (queued|running).*Pause or stop it first/,
    );
  }
  databases.main.exec(`UPDATE runs SET state = 'finished', deleted_at = '2026-01-01'`);
  await expect(write(['r1'], target)).rejects.toThrow(/in the trash/);
  databases.main.exec('UPDATE runs SET deleted_at = NULL');
  databases.close();
  const before = readFileSync(bundle);
  await expect(write(['r1'], bundle)).rejects.toThrow(/is there already/);
  await expect(write(['r1'], path.join(from.home, 'none', 'a.twofold'))).rejects.toThrow(
    /does not exist/,
  );
  await expect(write(['r1'], from.home)).rejects.toThrow(/is a folder/);
  expect(readFileSync(bundle).equals(before)).toBe(true);
  await write(['r1'], bundle, true);
  expect(readdirSync(from.home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a place that refuses the file is the answer, whenever it does', async () => {
  const bytes = Buffer.alloc(5_000_000);
  const name = 'runs/r1/run.json';
  const parts = [{ name, chunks: () => [bytes] }];
  const entries = [{ name, bytes: bytes.length, sha256: sha256(bytes) }];
  const manifest = { entries } as unknown as Parameters<typeof writeArchive>[1];
  const target = path.join(from.home, 'no folder', 'x');
  await expect(
    writeArchive(target, manifest, parts, options.signal, () => undefined),
  ).rejects.toMatchObject({ code: 'ENOENT' });
});

test('cancelled on the way, an export leaves the old file and an import leaves nothing', async () => {
  const controller = new AbortController();
  const stopping = {
    signal: controller.signal,
    onProgress: () => {
      controller.abort(new Error('enough'));
    },
  };
  const before = readFileSync(bundle);
  const request = { runIds: ['r1'], path: bundle, withData: false, isForced: true };
  await expect(from.services.bundles.exportTo(request, stopping)).rejects.toThrow('enough');
  expect(readFileSync(bundle).equals(before)).toBe(true);
  await expect(into.services.bundles.importFrom(bundle, stopping)).rejects.toThrow('enough');
  expect(namesIn(path.join(into.home, 'datasets'))).toEqual([]);
  expect(into.services.runs.list({})).toEqual([]);
});

test('a folder that a crash left without its row is taken over; a failed commit leaves what was there', async () => {
  const folder = path.join(into.home, 'runs', 'r1');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'last.ckpt'), 'of a crash');
  const databases = openDatabases(into.home);
  databases.main.exec(
    `CREATE TRIGGER fails BEFORE INSERT ON epochs WHEN new.epoch = 2 BEGIN SELECT RAISE(ABORT, 'no'); END`,
  );
  await expect(read()).rejects.toThrow('no');
  expect(into.services.runs.list({})).toEqual([]);
  expect(readFileSync(path.join(folder, 'last.ckpt'), 'utf8')).toBe('of a crash');
  databases.main.exec('DROP TRIGGER fails');
  databases.close();
  await read();
  expect(into.services.runs.get({ runId: 'r1' }).epochs).toHaveLength(2);
  expect(
    readFileSync(path.join(folder, 'last.ckpt')).equals(
      readFileSync(path.join(from.home, 'runs', 'r1', 'last.ckpt')),
    ),
  ).toBe(true);
});
