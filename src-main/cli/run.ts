import { closest, distance } from 'fastest-levenshtein';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import { withWayOut } from '../features/backups/way-out.ts';
import { listenForEnd, type EndRequests } from '../shell/end-requests.ts';
import { exitCodeOf, sayFailure } from '../shell/exit.ts';
import { readArguments } from './arguments.ts';
import type { Arguments, Command, Context, ExitCode, Noun } from './command.ts';
import { commands, listed, nouns } from './commands.ts';
import { isUnattended } from './detach.ts';
import { helpOf, overview } from './help.ts';
import { createOutput } from './show/output.ts';

export type Surroundings = Pick<Context, 'home' | 'folder' | 'entry' | 'places'>;

/** Runs one command line and says how it went; never throws. */
export async function run(typed: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  // `help runs` is `runs --help`.
  const argv = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
  const { command, rest } = findCommand(argv);
  if (command === undefined) return withoutCommand(argv);
  let args: Arguments;
  try {
    args = readArguments(command, rest);
  } catch (error) {
    sayFailure(error);
    process.stderr.write(`\n${helpOf(command)}\n`);
    return exitCodeOf(error);
  }
  if (args.switches.has('help')) {
    process.stdout.write(`${helpOf(command)}\n`);
    return 0;
  }
  return execute(command, args, surroundings);
}

async function execute(
  command: Command,
  args: Arguments,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { home, places } = surroundings;
  let app: App | undefined;
  let ends: EndRequests | undefined;
  const out = createOutput(args.switches.has('json'));
  const { openApp } = await import('../features/app.ts');
  const open = (): App => {
    const opened = openApp({
      home,
      ...places,
      queue: 'process',
      // Nobody waits for such a process.
      trainsAhead: isUnattended(),
    });
    for (const notice of opened.notices) out.note(notice);
    return opened;
  };
  const context: Context = {
    ...surroundings,
    out,
    app: () => (app ??= open()),
    ends: () => (ends ??= listenForEnd()),
  };
  let code: ExitCode = 0;
  try {
    await command.run(args, context);
    out.assertWhole();
  } catch (error) {
    sayFailure(withWayOut(error, home));
    code = exitCodeOf(error);
  }
  const isForced = await Promise.race([
    Promise.resolve(app?.close({ active: 'pause' })).then(() => false),
    ...(ends === undefined ? [] : [ends.next().then(() => true)]),
  ]);
  ends?.close();
  if (!isForced) return code;
  process.stderr.write(`${m.shell_ended_at_once()}\n`);
  return 1;
}

/** The longest name that the line begins with: `runs list` before `runs`. */
function findCommand(argv: readonly string[]): {
  command: Command | undefined;
  rest: readonly string[];
} {
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ');
    const command =
      argv.length >= words ? commands.find((candidate) => candidate.name === name) : undefined;
    if (command !== undefined) return { command, rest: argv.slice(words) };
  }
  return { command: undefined, rest: [] };
}

function withoutCommand(argv: readonly string[]): ExitCode {
  const words = argv.filter((arg) => !arg.startsWith('-'));
  const [first] = words;
  const about = first === undefined ? nouns : nounOf(first);
  if (about.length > 0 && argv.some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write(`${overview(about)}\n`);
    return 0;
  }
  sayFailure(new AppError('invalid', complaint(words, about.length > 0)));
  process.stderr.write(`\n${overview(about.length > 0 ? about : nouns)}\n`);
  return 2;
}

/** The commands that begin with that word, under their titles. */
const nounOf = (word: string): Noun[] =>
  nouns
    .map(({ title, commands: all }) => ({
      title,
      commands: all.filter(({ name }) => name === word || name.startsWith(`${word} `)),
    }))
    .filter(({ commands: some }) => some.length > 0);

function complaint([first, second]: readonly string[], isNoun: boolean): string {
  if (first === undefined) return m.cli_name_a_command();
  if (isNoun && second === undefined) return m.cli_say_what({ name: first });
  const name = isNoun ? `${first} ${second ?? ''}` : first;
  const near = nearest(name, [first, second].join(' ').trim());
  return near === null ? m.cli_no_command({ name }) : m.cli_no_command_but({ name, near });
}

/** The command that was probably meant; null where none is like what was typed, of one word or of two. */
function nearest(...typed: readonly string[]): string | null {
  const known = listed.map(({ name }) => name);
  const found = typed
    .map((name) => ({ name, near: closest(name, known) }))
    .map(({ name, near }) => ({ near, changes: distance(name, near), length: name.length }))
    .filter(({ changes, length }) => changes <= Math.max(2, length / 3))
    .sort((a, b) => a.changes - b.changes);
  return found[0]?.near ?? null;
}
