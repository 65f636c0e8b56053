import type { App } from '../features/app.ts';
import type { EndRequests } from '../shell/end-requests.ts';
import type { Places } from '../shell/places.ts';
import type { Output } from './output.ts';

export type ExitCode = 0 | 1 | 2;

/** `value` is the placeholder of an option that takes one; without it the option is a switch. A list is given many times. */
export type OptionSpec = Readonly<{ value?: string; isList?: true; text: () => string }>;

export type Arguments = Readonly<{
  operands: readonly string[];
  values: Readonly<Record<string, string | undefined>>;
  lists: Readonly<Record<string, readonly string[] | undefined>>;
  switches: ReadonlySet<string>;
}>;

export type Context = Readonly<{
  home: string;
  /** Where the user stands: relative paths start there. */
  folder: string;
  out: Output;
  /** Opens databases and services at the first use; they are closed after the command. */
  app: () => App;
  /**
   * For a command under which runs train: from the first call on, a signal ends this process only by what is done about it, and once more
   * while what trains is paused at its end.
   */
  ends: () => EndRequests;
  /** The file that this process was started with. */
  entry: string;
  places: Places;
}>;

/** One command, one file. `--json` and `--help` are known to all. */
export type Command = Readonly<{
  /** One word or two: `train`, `runs list`. */
  name: string;
  /** As shown in the help: `RUN...`. */
  operands: string;
  least: number;
  most: number;
  summary: () => string;
  options: Readonly<Record<string, OptionSpec>>;
  /** What goes wrong is thrown. */
  run: (args: Arguments, context: Context) => void | Promise<void>;
}>;

export const noOperands = { operands: '', least: 0, most: 0 } as const;
export const oneRun = { operands: 'RUN', least: 1, most: 1 } as const;
export const someRuns = { operands: 'RUN...', least: 1, most: 1000 } as const;
export const oneDataset = { operands: 'ID', least: 1, most: 1 } as const;

/** The first operand; there is one where `least` is 1. */
export function firstOf(args: Arguments): string {
  const [first] = args.operands;
  if (first === undefined) throw new Error('The command needs an operand.');
  return first;
}
