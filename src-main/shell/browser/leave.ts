import { createInterface } from 'node:readline';

import * as m from '#messages';

import type { EndRequests } from '../end-requests.ts';

/** What becomes of runs that this process trains when it is told to end. */
export type Leaving = 'keep' | 'pause' | 'cancel' | 'stay';

/** Whether there is a person to ask. */
export const canAsk = (signal: NodeJS.Signals): boolean =>
  signal === 'SIGINT' && process.stdin.isTTY && process.stderr.isTTY;

/** Asks on the terminal; an end of input and a second Ctrl-C count as `pause`, the choice that loses nothing. */
export async function askHowToLeave(
  runNames: readonly string[],
  ends: EndRequests,
): Promise<Leaving> {
  const choices = [
    ['k', m.shell_leave_keep()],
    ['p', m.shell_leave_pause()],
    ['c', m.shell_leave_cancel()],
    ['s', m.shell_leave_stay()],
  ];
  const question = m.shell_leave_underway({ count: runNames.length, name: runNames[0] ?? '' });
  const asked = [question, ...choices.map(([letter, text]) => `  ${letter}  ${text}`)];
  process.stderr.write(`\n${asked.join('\n')}\n`);
  // Plain lines: Ctrl-C stays a signal while the question stands.
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    process.stderr.write(m.shell_leave_choice());
    return await new Promise<Leaving>((resolve) => {
      lines.on('line', (line) => {
        const choice = readChoice(line);
        if (choice === undefined) process.stderr.write(m.shell_leave_again());
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
