import * as m from '#messages';

/** A child's end of the wire to the process that started it. */
export type Channel<In, Out> = Readonly<{
  /** Resolves when the message has left this process. */
  send: (message: Out) => Promise<void>;
  onMessage: (listener: (message: In) => void) => void;
}>;

/**
 * The parent is Node (fork, with an IPC channel) or Electron (utilityProcess, with a parent port). This process never outlives it, and an
 * error that nothing catches ends it with code 1. Ctrl-C, `timeout`, a cluster and a system that shuts down send their signal to every
 * process of a group: the parent answers it, and this process waits for what the parent asks of it.
 */
export function openChannel<In, Out>(): Channel<In, Out> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => undefined);
  process.on('unhandledRejection', crash);
  process.on('uncaughtException', crash);
  const port = (process as { parentPort?: ElectronPort }).parentPort;
  if (port !== undefined) {
    return {
      send(message) {
        port.postMessage(message);
        return Promise.resolve();
      },
      onMessage(listener) {
        port.on('message', (event) => {
          listener(event.data as In);
        });
      },
    };
  }
  if (process.send === undefined) {
    process.stderr.write(`${m.trainer_not_by_hand()}\n`);
    process.exit(2);
  }
  process.on('disconnect', () => process.exit(1));
  return {
    send: (message) =>
      new Promise((resolve) => {
        // A parent that is gone ends this process by `disconnect`.
        if (!process.connected) resolve();
        else
          process.send?.(message, undefined, {}, () => {
            resolve();
          });
      }),
    onMessage(listener) {
      process.on('message', (message) => {
        listener(message as In);
      });
    },
  };
}

export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

function crash(error: unknown): never {
  process.stderr.write(`${stackOf(error)}\n`);
  process.exit(1);
}

type ElectronPort = Readonly<{
  postMessage: (message: unknown) => void;
  on: (event: 'message', listener: (event: { data: unknown }) => void) => void;
}>;
