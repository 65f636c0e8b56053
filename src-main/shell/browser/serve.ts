import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { Workbench } from '../../features/workbench.ts';
import { isProcessAlive, ownIdentity } from '../../features/runs/train/process-identity.ts';
import { checkEvent, createDispatch } from '../dispatch.ts';
import { listenForEnd, type EndRequests } from '../end-requests.ts';
import { readRendererFiles } from '../renderer-files.ts';
import { askForLink, openChannel } from './channel.ts';
import { askHowToLeave, canAsk, type Leaving } from './leave.ts';
import { readLastPort, rememberPort } from './last-port.ts';
import { hasDisplay, openBrowser } from './open-browser.ts';
import { publishRecord, readRecord, removeRecord, removeStale } from './record.ts';
import { startBrowserServer, type BrowserServer, type BrowserServerOptions } from './server.ts';

export type ServeOptions = Readonly<{
  home: string;
  /** 0: the last one of this home, or any that is free. */
  port: number;
  /** Open the system's browser, where there is a screen. */
  isOpening: boolean;
  /** The built screens. */
  rendererFolder: string;
  /** Called only if no shell runs on this home yet. */
  openWorkbench: () => Workbench;
  isChecking: boolean;
}>;

/**
 * The browser shell of a home until it is told to end. Prints one line, the link. Where one runs on this home already, prints a
 * fresh link to that one and returns.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const running = await linkToRunning(options.home);
  if (running !== undefined) {
    show(running, options);
    return;
  }
  // Read first: without screens nothing is opened at all.
  const files = readRendererFiles(options.rendererFolder);
  const ends = listenForEnd();
  const app = options.openWorkbench();
  try {
    const dispatch = createDispatch(app.handlers, {
      isChecking: options.isChecking,
      onDefect: reportDefect,
    });
    const onEvent: Workbench['onEvent'] = (listener) =>
      app.onEvent((name, payload) => {
        if (options.isChecking) checkEvent(name, payload);
        listener(name, payload);
      });
    const server = await startWhereLast(options, {
      files,
      dispatch,
      previewAt: app.previewAt,
      onOpen: app.preferLanguage,
      onEvent,
    });
    const release = await becomeTheShell(options.home, server);
    if (release === undefined) {
      await server.close();
      const link = await linkToRunning(options.home);
      if (link === undefined) throw new AppError('inUse', m.shell_just_started());
      show(link, options);
      await app.close();
      return;
    }
    rememberPort(options.home, server.port);
    show(server.mintLink(), options);
    await untilEnd(app, ends, async () => {
      release();
      await server.close();
    });
  } catch (error) {
    // Ended at once: waiting for the runs is what was not wanted.
    if (!(error instanceof AppError && error.kind === 'cancelled'))
      await app.close({ active: 'pause' });
    throw error;
  } finally {
    ends.close();
  }
}

/**
 * At the port that was asked for, else at the last one of this home where nobody else has it, so that tabs that are still open find
 * the server again: with a cookie of its new link, since no session outlives its process.
 */
async function startWhereLast(
  { home, port }: Pick<ServeOptions, 'home' | 'port'>,
  rest: Omit<BrowserServerOptions, 'port'>,
): Promise<BrowserServer> {
  const last = port === 0 ? readLastPort(home) : 0;
  if (last !== 0) {
    try {
      return await startBrowserServer({ port: last, ...rest });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return startBrowserServer({ port, ...rest });
}

/** A new link to the shell that runs on this home; undefined where none does (what a dead one left is taken away). */
async function linkToRunning(home: string): Promise<string | undefined> {
  const record = readRecord(home);
  if (record === null) {
    removeRecord(home, null);
    return undefined;
  }
  const link = await askForLink(record);
  if (link !== undefined) return link;
  if (isProcessAlive(record)) {
    throw new AppError('inUse', m.shell_no_answer({ home, pid: record.pid }));
  }
  removeStale(home, record);
  return undefined;
}

/** Publishes where this shell can be asked for links; undefined where another one was faster. Returns how to take it back. */
async function becomeTheShell(
  home: string,
  server: BrowserServer,
): Promise<(() => void) | undefined> {
  const channel = await openChannel(home, server.mintLink);
  const isFirst = publishRecord(home, {
    ...ownIdentity(),
    port: server.port,
    channel: channel.address,
    token: channel.token,
  });
  if (!isFirst) {
    channel.close();
    return undefined;
  }
  return () => {
    removeRecord(home, channel.token);
    channel.close();
  };
}

function show(link: string, { isOpening, home }: Pick<ServeOptions, 'isOpening' | 'home'>): void {
  process.stdout.write(`${link}\n`);
  if (isOpening && hasDisplay()) openBrowser(link, home);
}

/**
 * Returns when the process shall end, its runs dealt with. With nobody to ask (no terminal, SIGTERM, a closed terminal) runs are
 * paused at a checkpoint: nothing is lost, and nothing goes on that nobody knows of.
 */
async function untilEnd(
  app: Workbench,
  ends: EndRequests,
  closeWindow: () => Promise<void>,
): Promise<void> {
  const leaving = await untilDecided(app, ends);
  await closeWindow();
  if (leaving === 'keep') {
    process.stderr.write(`${m.shell_goes_on({ pid: process.pid })}\n`);
    const hasEnded = await Promise.race([
      untilIdle(app).then(() => true),
      ends.next().then(() => false),
    ]);
    if (hasEnded) return app.close();
  }
  if (app.underway().length > 0) {
    process.stderr.write(
      leaving === 'cancel' ? `${m.shell_cancelling()}\n` : `${m.shell_pausing()}\n`,
    );
  }
  const isForced = await Promise.race([
    app.close({ active: leaving === 'cancel' ? 'stop' : 'pause' }).then(() => false),
    ends.next().then(() => true),
  ]);
  if (isForced) throw new AppError('cancelled', m.shell_ended_at_once());
}

async function untilDecided(app: Workbench, ends: EndRequests): Promise<Exclude<Leaving, 'stay'>> {
  for (;;) {
    const signal = await ends.next();
    const names = app.underway();
    if (names.length === 0 || !canAsk(signal)) return 'pause';
    const choice = await askHowToLeave(names, ends);
    if (choice !== 'stay') return choice;
  }
}

async function untilIdle(app: Workbench): Promise<'idle'> {
  if (app.underway().length === 0) return 'idle';
  return new Promise((resolve) => {
    const look = () => {
      if (app.underway().length > 0) return;
      clearInterval(timer);
      unsubscribe();
      resolve('idle');
    };
    const timer = setInterval(look, 1000);
    const unsubscribe = app.onEvent(look);
  });
}

function reportDefect(where: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${m.shell_defect({ where, text })}\n`);
}
