import { createInterface } from 'node:readline';

/** What becomes of runs that this process trains when it is told to end. */
export type Leaving = 'keep' | 'pause' | 'cancel' | 'stay';

/** One press of Ctrl-C can arrive twice: from the terminal, and forwarded by npm. */
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

/** Whether there is a person to ask. */
export const canAsk = (signal: NodeJS.Signals): boolean =>
  signal === 'SIGINT' && process.stdin.isTTY && process.stderr.isTTY;

/** Asks on the terminal; an end of input and a second Ctrl-C count as `pause`, the choice that loses nothing. */
export async function askHowToLeave(
  runNames: readonly string[],
  ends: EndRequests,
): Promise<Leaving> {
  const what = runNames.length === 1 ? `"${runNames[0] ?? ''}" is` : `${runNames.length} runs are`;
  process.stderr.write(
    `\n${what} underway.\n` +
      '  k  keep training without a window\n' +
      '  p  pause at a checkpoint and end\n' +
      '  c  cancel the training and end\n' +
      '  s  stay here\n',
  );
  // Plain lines: Ctrl-C stays a signal while the question stands.
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    process.stderr.write('Your choice [k/p/c/s]: ');
    return await new Promise<Leaving>((resolve) => {
      lines.on('line', (line) => {
        const choice = readChoice(line);
        if (choice === undefined) process.stderr.write('Please type k, p, c or s: ');
        else resolve(choice);
      });
      lines.on('close', () => resolve('pause'));
      void ends.next().then(() => resolve('pause'));
    });
  } finally {
    lines.close();
  }
}

export function readChoice(line: string): Leaving | undefined {
  const choices: Readonly<Record<string, Leaving>> = {
    k: 'keep',
    p: 'pause',
    c: 'cancel',
    s: 'stay',
  };
  const letter = line.trim().toLowerCase().slice(0, 1);
  return Object.hasOwn(choices, letter) ? choices[letter] : undefined;
}
