import type { Problem } from '#contract/backup.ts';
import { AppError } from '#contract/failure.ts';
import { calls, type CallName, type Emit, type Handlers } from '#contract/index.ts';
import * as m from '#messages';

import { DamagedError } from '../db/damage.ts';
import { openApp, type App, type AppOptions } from './app.ts';
import { assertAlone } from './backups/alone.ts';
import { listBackups } from './backups/place.ts';
import { resolveBackup, restoreDatabase } from './backups/restore.ts';
import { nothingToSetAside, setBlobsAside } from './backups/set-aside.ts';
import { withWayOut } from './backups/way-out.ts';
import type { HomeCall } from './handlers.ts';
import { followLanguage, preferLanguage } from './settings/language.ts';

/** A home as a window needs it: there even where its database cannot be opened, and the same while another database takes its place. */
export type Workbench = Readonly<{
  handlers: Handlers;
  onEvent: App['onEvent'];
  /** Names of the runs that this process trains, or is going to train. */
  underway: () => string[];
  previewAt: (path: string) => string | undefined;
  /** Sentences are in it where the settings name no language. */
  preferLanguage: (tag: string) => void;
  close: App['close'];
}>;

/** Throws what `openApp` does, but for a damaged database: then backups can be looked at and restored. */
export function openWorkbench(options: AppOptions): Workbench {
  const { home, now = () => new Date() } = options;
  const listeners = new Set<Emit>();
  const emit: Emit = (name, payload) => {
    for (const listener of listeners) listener(name, payload);
  };
  /** Null where it cannot be opened, and while it is closed. */
  let app: App | null = null;
  /** Found while it was open, or the reason why it is not. */
  let found: Problem[] = [];

  function open(): void {
    found = [];
    try {
      app = openApp(options);
      followLanguage(app);
      app.onEvent(emit);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      found = [{ kind: 'database', message: error.message }];
    }
  }

  /** Does something to the files while nobody has them open here either, then opens them again. */
  async function whileClosed<T>(work: () => T): Promise<T> {
    const active = app?.services.runs.active()[0];
    if (app !== null && active !== undefined) {
      const { name } = app.services.runs.summary(active);
      throw new AppError('inUse', m.backups_run_trains({ name, pid: process.pid }));
    }
    assertAlone(home, { withSelf: true });
    const closing = app;
    app = null;
    found = [{ kind: 'database', message: m.backups_reopening() }];
    let isOtherDatabase = false;
    try {
      await closing?.close();
      const done = work();
      isOtherDatabase = true;
      return done;
    } finally {
      open();
      emit('home.changed', { isOtherDatabase });
    }
  }

  const problems = (): Problem[] => [...found, ...(app?.problems() ?? [])];

  const own = {
    'home.restore': ({ backupId: wanted }) => {
      const backupId = resolveBackup(home, wanted);
      return whileClosed(() => restoreDatabase(home, backupId, now()));
    },
    'home.state': () => ({ isOpen: app !== null, problems: problems() }),
    'home.setAsideBlobs': () => {
      if (!problems().some(({ kind }) => kind === 'blobs')) throw nothingToSetAside(home);
      return whileClosed(() => setBlobsAside(home, now()));
    },
  } satisfies Pick<Handlers, HomeCall>;

  async function handle(name: CallName, input: unknown): Promise<unknown> {
    if (Object.hasOwn(own, name)) return own[name as HomeCall](input as never);
    if (app === null) {
      if (name === 'backups.list') return listBackups(home);
      throw new AppError('storage', found[0]?.message ?? m.backups_reopening());
    }
    try {
      app.assertHomeHere();
      const work = app.handlers[name as keyof App['handlers']] as (input: unknown) => unknown;
      return await work(input);
    } catch (error) {
      throw notice(withWayOut(error, home));
    }
  }

  /** Damage that shows itself only where it is read is told from then on. */
  function notice(error: unknown): unknown {
    if (!(error instanceof DamagedError)) return error;
    const kind = error.database === 'main' ? 'database' : 'blobs';
    const isKnown = problems().some((problem) => problem.kind === kind);
    if (!isKnown) {
      found = [
        ...found,
        { kind, message: kind === 'blobs' ? m.backups_blobs_partly() : error.message },
      ];
      emit('home.changed', { isOtherDatabase: false });
    }
    return error;
  }

  open();
  return {
    handlers: Object.fromEntries(
      Object.keys(calls).map((name) => [name, (input: unknown) => handle(name as CallName, input)]),
    ) as unknown as Handlers,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    underway: () => {
      const runs = app?.services.runs;
      return runs?.active().map((runId) => runs.summary(runId).name) ?? [];
    },
    previewAt: (path) => app?.services.reports.previewAt(path),
    preferLanguage: (tag) => preferLanguage(tag, app),
    close: async (how) => {
      await app?.close(how);
    },
  };
}
