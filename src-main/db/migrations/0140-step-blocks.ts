import type { Migration, WriteDb } from '../handles.ts';

/** Figures of steps in blocks: a curve of thousands of points is a few rows, not thousands. */
export const stepBlocks: Migration = {
  version: 140,
  name: 'step-blocks',
  up: (db) => {
    db.exec(`
      -- Steps that follow one another in one epoch. Of each step, little-endian: float64 seconds, then float32 loss, accuracy,
      -- gradient norm, samples per second.
      CREATE TABLE step_blocks (
        run_key    INTEGER NOT NULL REFERENCES runs (run_key) ON DELETE CASCADE,
        first_step INTEGER NOT NULL,
        epoch      INTEGER NOT NULL,
        figures    BLOB NOT NULL,
        PRIMARY KEY (run_key, first_step)
      ) STRICT;
    `);
    const keys = db.prepare('SELECT DISTINCT run_key FROM steps').pluck().all() as number[];
    for (const runKey of keys) moveRun(db, runKey);
    db.exec('DROP TABLE steps');
  },
};

type Row = Readonly<{
  step: number;
  epoch: number;
  figures: readonly [number, ...(number | null)[]];
}>;

const bytesAStep = 24;
const stepsABlock = 512;

function moveRun(db: Pick<WriteDb, 'prepare'>, runKey: number): void {
  const rows = db
    .prepare(
      `SELECT step, epoch, seconds, loss, accuracy, gradient_norm, samples_per_second FROM steps
       WHERE run_key = ? ORDER BY step`,
    )
    .raw()
    .all(runKey) as [number, number, number, ...(number | null)[]][];
  const insert = db.prepare('INSERT INTO step_blocks VALUES (?, ?, ?, ?)');
  let block: Row[] = [];
  const store = (): void => {
    const first = block[0];
    if (first !== undefined) insert.run(runKey, first.step, first.epoch, bytesOf(block));
    block = [];
  };
  for (const [step, epoch, ...figures] of rows) {
    const last = block.at(-1);
    const goesOn =
      last !== undefined &&
      last.step + 1 === step &&
      last.epoch === epoch &&
      block.length < stepsABlock;
    if (!goesOn) store();
    block.push({ step, epoch, figures });
  }
  store();
}

function bytesOf(block: readonly Row[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(block.length * bytesAStep));
  for (const [
    index,
    {
      figures: [seconds, ...others],
    },
  ] of block.entries()) {
    bytes.setFloat64(index * bytesAStep, seconds, true);
    // NaN was NULL.
    for (const [at, value] of others.entries())
      bytes.setFloat32(index * bytesAStep + 8 + 4 * at, value ?? Number.NaN, true);
  }
  return new Uint8Array(bytes.buffer);
}
