import type { Emit } from '#contract/index.ts';

import type { ReadDb } from '../../../db/handles.ts';
import { queueState, runningRuns, waitingRuns } from '../start/queue-store.ts';
import { findRow } from '../store/store.ts';
import type { RunRow } from '../store/rows.ts';

export type BaselinesAhead = Readonly<{
  /** Resolves when the runs that have ended have theirs, or something trains on this machine. */
  done: () => Promise<void>;
  close: () => Promise<void>;
}>;

const lookEveryMs = 1000;
/** An event may be of a run that ended long ago: its baseline is trained where it is looked at. */
const recentMs = 24 * 60 * 60 * 1000;

/**
 * Trains the bags of words of runs that have ended before anybody asks for them, one after another, while nothing trains on this
 * machine. A run that starts meanwhile cancels the one under way, which begins anew afterwards.
 */
export function trainBaselinesAhead(
  options: Readonly<{
    db: ReadDb;
    onEvent: (listener: Emit) => () => void;
    prepare: (row: RunRow, signal: AbortSignal) => Promise<void>;
    now: () => Date;
  }>,
): BaselinesAhead {
  const { db, prepare, now } = options;
  const lacking = new Set<string>();
  const endedSince = db.prepare(
    `SELECT 1 FROM runs WHERE run_id = ? AND state IN ('finished', 'stopped') AND best_epoch IS NOT NULL
       AND deleted_at IS NULL AND ended_at > ?`,
  );
  let current: Readonly<{ controller: AbortController; done: Promise<void> }> | null = null;

  const forget = options.onEvent((name, payload) => {
    if (name !== 'runs.changed' || !('runId' in payload)) return;
    if (hasEnded(payload.runId)) lacking.add(payload.runId);
    else lacking.delete(payload.runId);
    if (current !== null) look();
  });
  const timer = setInterval(look, lookEveryMs).unref();

  function hasEnded(runId: string): boolean {
    const since = new Date(now().getTime() - recentMs).toISOString();
    return endedSince.get(runId, since) !== undefined;
  }

  function look(): void {
    if (lacking.size === 0) return;
    if (isBusy(db)) {
      current?.controller.abort();
      return;
    }
    const [runId] = lacking;
    if (current !== null || runId === undefined) return;
    const controller = new AbortController();
    current = { controller, done: train(runId, controller.signal) };
  }

  async function train(runId: string, signal: AbortSignal): Promise<void> {
    try {
      await prepare(findRow(db, runId), signal);
    } catch {
      // The run is gone: nobody will ask.
    }
    if (!signal.aborted) lacking.delete(runId);
    current = null;
  }

  return {
    async done() {
      while (lacking.size > 0 && !isBusy(db)) {
        look();
        await current?.done;
      }
    },
    async close() {
      forget();
      clearInterval(timer);
      lacking.clear();
      current?.controller.abort();
      await current?.done;
    },
  };
}

/** A run trains here, or is about to. */
const isBusy = (db: ReadDb): boolean => {
  if (runningRuns(db).length > 0) return true;
  const { isPaused, server } = queueState(db);
  return !isPaused && server !== null && waitingRuns(db).length > 0;
};
