import { utilityProcess } from 'electron';

import * as m from '#messages';

import type { ChildProcess, SpawnOptions, ChildHost } from './host.ts';

/** Electron's utilityProcess, for an Electron whose fuse RunAsNode is off. Such a process never outlives the application. */
export const electronHost: ChildHost = {
  spawn<From, To extends object>(options: SpawnOptions<From>): ChildProcess<To> {
    const { entry, environment, onOutput, onMessage, onExit } = options;
    const child = utilityProcess.fork(entry, [], {
      serviceName: m.trainer_process_name(),
      stdio: 'pipe',
      env: { ...definedOnly(process.env), ...environment },
    });
    let hasExited = false;
    const decoder = new TextDecoder();
    const read = (chunk: Uint8Array) => onOutput(decoder.decode(chunk, { stream: true }));
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('message', (message: unknown) => {
      onMessage(message as From);
    });
    child.on('exit', (code) => {
      hasExited = true;
      // It reports no signal; a killed process shows as a code (128 + signal, or the platform's own).
      onExit({ code, signal: null });
    });
    return {
      get pid() {
        return child.pid;
      },
      send(message) {
        if (hasExited) return false;
        child.postMessage(message);
        return true;
      },
      kill() {
        if (hasExited || child.pid === undefined) return false;
        return process.kill(child.pid, 'SIGKILL');
      },
    };
  },
};

const definedOnly = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
