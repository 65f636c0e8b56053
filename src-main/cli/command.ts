import type { App } from '../features/app.ts';
import type { EndRequests } from '../shell/end-requests.ts';
import type { Places } from '../shell/places.ts';
import type { Output } from './show/output.ts';

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

/** `--json` and `--help` are known to all commands. */
export type Command = Readonly<{
  /** One word or two: `train`, `runs list`. */
  name: string;
  /** As shown in the help, and as many as are needed: `RUN NAME`, `RUN...` for one or more, `[RUN...]` for any number. */
  operands?: string;
  /** Of operands that may be many; default: 1000. */
  most?: number;
  summary: () => string;
  options: Readonly<Record<string, OptionSpec>>;
  /** What goes wrong is thrown. */
  run: (args: Arguments, context: Context) => void | Promise<void>;
}>;

/** Commands that are about one thing, under its title in the help. */
export type Noun = Readonly<{ title: () => string; commands: readonly Command[] }>;

/** The first operand, of a command that needs one. */
export function firstOf(args: Arguments): string {
  const [first] = args.operands;
  if (first === undefined) throw new Error('The command needs an operand.');
  return first;
}
