import type { Emit } from '#contract/index.ts';
import { AppError } from '#contract/failure.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { WriteDb } from '../../../db/handles.ts';
import type { RunsService } from '../../services.ts';
import { endElsewhere, handOver, setElsewhere } from './elsewhere-store.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { takeWaiting, waitAgain } from '../start/queue-store.ts';
import { removeRunFolder } from '../start/start-weights.ts';
import { discardRun, endRun, findRow, getSummary, requeue, setRequest } from '../store/store.ts';

/** What a feature does with runs that something outside of this home trains. */
export function createElsewhere(
  options: Readonly<{
    db: WriteDb;
    home: string;
    owner: ProcessIdentity;
    emit: Emit;
    now: () => Date;
    create: (request: Parameters<RunsService['elsewhere']['create']>[0]) => string[];
  }>,
): RunsService['elsewhere'] {
  const { db, home, owner, emit } = options;
  const now = (): string => options.now().toISOString();
  const changed = (runId: string): void => {
    emit('runs.changed', { runId });
  };

  return {
    create: (request) => options.create(request).map((runId) => getSummary(db, runId)),
    discard(runIds) {
      db.transaction(() => {
        for (const runId of runIds) discardRun(db, runId, owner);
      }).immediate();
      for (const runId of runIds) {
        removeRunFolder(home, runId);
        changed(runId);
      }
    },
    take(runIds) {
      db.transaction(() => {
        for (const runId of runIds) {
          if (takeWaiting(db, runId, owner)) continue;
          throw new AppError('inUse', m.runs_not_waiting({ name: findRow(db, runId).name }));
        }
      }).immediate();
      emit('queue.changed', {});
    },
    putBack(runIds) {
      for (const runId of runIds) waitAgain(db, runId, owner);
      emit('queue.changed', {});
    },
    handOver(runIds) {
      for (const runId of runIds) {
        handOver(db, runId);
        changed(runId);
      }
    },
    requeue(runIds) {
      for (const runId of runIds) {
        if (requeue(db, runId, owner)) continue;
        const { name, state } = findRow(db, runId);
        throw new AppError('inUse', m.runs_already({ name, state: stateWord(state) }));
      }
    },
    giveBack(runId, ending) {
      if (endRun(db, runId, owner, ending, now())) changed(runId);
    },
    requestStop(runId) {
      if (setRequest(db, runId, 'stop')) changed(runId);
    },
    setState(runId, state, progress) {
      if (setElsewhere(db, runId, { state, progress }, now())) changed(runId);
    },
    end(runId, ending) {
      if (endElsewhere(db, runId, ending, now())) changed(runId);
    },
  };
}
