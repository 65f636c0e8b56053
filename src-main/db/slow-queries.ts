import { appendFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

import type Database from 'better-sqlite3';

/** Longer than this, a query is felt: nothing else is answered meanwhile. */
export const slowQueryMs = 40;
const mostLogBytes = 256_000;

export type SlowQuery = Readonly<{
  /** File and function that asked: `features/runs/store.ts selectRuns`. */
  name: string;
  ms: number;
  sql: string;
}>;

/** Hears of every statement of a connection that takes longer than `slowQueryMs`. The others cost two looks at the clock. */
export function watchQueries(
  db: Database.Database,
  onSlow: (query: SlowQuery) => void,
  limitMs = slowQueryMs,
): void {
  const prepare = db.prepare.bind(db);
  db.prepare = ((sql: string) => {
    const statement = prepare(sql);
    for (const method of ['run', 'get', 'all'] as const) {
      const original: (...args: unknown[]) => unknown = statement[method].bind(statement);
      const timed = (...args: unknown[]): unknown => {
        const startMs = performance.now();
        try {
          return original(...args);
        } finally {
          const ms = performance.now() - startMs;
          if (ms > limitMs) onSlow({ name: callerOf(new Error().stack ?? ''), ms, sql });
        }
      };
      Object.assign(statement, { [method]: timed });
    }
    return statement;
  }) as typeof db.prepare;
}

/** A line each in `slow-queries.log` of a home; two files of at most 256 kB. A disk that takes none is no failure. */
export function slowQueryLog(home: string): (query: SlowQuery) => void {
  const file = path.join(home, 'slow-queries.log');
  return ({ name, ms, sql }) => {
    try {
      const line = [
        new Date().toISOString(),
        `${ms.toFixed(0)} ms`,
        name,
        sql.replaceAll(/\s+/g, ' ').trim().slice(0, 200),
      ];
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > mostLogBytes)
        renameSync(file, `${file}.1`);
      appendFileSync(file, `${line.join('\t')}\n`, { mode: 0o600 });
    } catch {
      // It only helps to find what is slow.
    }
  };
}

/** The frame that called the statement; the first one is this file's. */
function callerOf(stack: string): string {
  const frames = stack.split('\n').slice(2);
  for (const frame of frames) {
    const match =
      /at (?:async )?(?:(\S+) \()?(?:file:\/\/)?.*?(?:src-main|out\/main)\/(\S+?)(?::\d+)+\)?$/.exec(
        frame,
      );
    const [, caller, file] = match ?? [];
    if (file !== undefined) return caller === undefined ? file : `${file} ${caller}`;
  }
  return 'unknown';
}
