import { fork } from 'node:child_process';

import type { FromChild, ToChild } from '#contract/trainer.ts';

import { keepAwakeWhile } from './keep-awake.ts';

/** How a child ended: a code, or the signal that ended it. */
export type ChildExit = Readonly<{ code: number | null; signal: string | null }>;

export type SpawnOptions<From = FromChild> = Readonly<{
  entry: string;
  /** Added to this process's environment. */
  environment: Readonly<Record<string, string>>;
  /** A chunk of what the child writes to stdout or stderr (the native library writes there, whatever the child does). */
  onOutput: (text: string) => void;
  onMessage: (message: From) => void;
  /** Once; also where the process could not be started, with code null and the error's message in `onOutput`. */
  onExit: (exit: ChildExit) => void;
}>;

export type ChildProcess<To = ToChild> = Readonly<{
  pid: number | undefined;
  /** False where the channel is closed already. */
  send: (message: To) => boolean;
  /** SIGKILL, the one signal that it does not leave to its parent; false where it has ended. */
  kill: () => boolean;
}>;

/** Starts children that train. */
export type TrainerHost = Readonly<{
  spawn: (options: SpawnOptions) => ChildProcess;
  /** Keeps the machine awake while a process of this host trains; left out where the shell does it. */
  keepAwakeWhile?: (pid: number) => void;
}>;

/** Starts children of any language. Two implementations: this one for plain Node, host-electron.ts for Electron. */
export type ChildHost = Pick<TrainerHost, 'keepAwakeWhile'> &
  Readonly<{
    spawn: <From = FromChild, To extends object = ToChild>(
      options: SpawnOptions<From>,
    ) => ChildProcess<To>;
  }>;

/**
 * Node's fork. The child hears `disconnect` when this process is gone, however it ended, and must end then.
 * Serialisation `advanced` carries typed arrays.
 */
export const forkHost: ChildHost = {
  keepAwakeWhile,
  spawn<From, To extends object>(options: SpawnOptions<From>): ChildProcess<To> {
    const { entry, environment, onOutput, onMessage, onExit } = options;
    const child = fork(entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...environment },
      execArgv: [],
    });
    let hasExited = false;
    const exit = (outcome: ChildExit) => {
      if (hasExited) return;
      hasExited = true;
      onExit(outcome);
    };
    child.stdout?.setEncoding('utf8').on('data', onOutput);
    child.stderr?.setEncoding('utf8').on('data', onOutput);
    child.on('message', (message) => {
      onMessage(message as From);
    });
    child.on('error', (error) => {
      onOutput(`${error.message}\n`);
      if (child.pid === undefined) exit({ code: null, signal: null });
    });
    // `close` comes after `exit`, when all output and messages have been read.
    child.on('close', (code, signal) => {
      exit({ code, signal });
    });
    return {
      pid: child.pid,
      send: (message) => child.connected && child.send(message, () => {}),
      kill: () => child.kill('SIGKILL'),
    };
  },
};
