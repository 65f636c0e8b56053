/** One wish can arrive several times: from the terminal or `timeout`, which tell a whole group, and again forwarded by npm. */
const echoMs = 1000;

export type EndRequests = Readonly<{
  /** Resolves with the next request to end that is not the echo of an earlier one. */
  next: () => Promise<NodeJS.Signals>;
  close: () => void;
}>;

/** Catches SIGINT, SIGTERM and SIGHUP from now on. */
export function listenForEnd(): EndRequests {
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let lastAt = -Infinity;
  let pending: NodeJS.Signals | undefined;
  let wake: ((signal: NodeJS.Signals) => void) | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const isEcho = performance.now() - lastAt < echoMs;
    lastAt = performance.now();
    if (isEcho) return;
    if (wake === undefined) pending = signal;
    else wake(signal);
    wake = undefined;
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    next() {
      const signal = pending;
      pending = undefined;
      if (signal !== undefined) return Promise.resolve(signal);
      return new Promise((resolve) => (wake = resolve));
    },
    close() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
