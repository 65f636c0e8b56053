import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import { withWayOut } from '../features/backups/way-out.ts';
import { listenForEnd, type EndRequests } from '../shell/end-requests.ts';
import { exitCodeOf, sayFailure } from '../shell/exit.ts';
import { readArguments } from './arguments.ts';
import type { Arguments, Command, Context, ExitCode } from './command.ts';
import { commands } from './commands.ts';
import { isUnattended } from './detach.ts';
import { helpOf, overview } from './help.ts';
import { createOutput } from './output.ts';

export type Surroundings = Pick<Context, 'home' | 'folder' | 'entry' | 'places'>;

/** Runs one command line and says how it went; never throws. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
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
  if (words.length === 0 && argv.some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write(`${overview(commands)}\n`);
    return 0;
  }
  const [first] = words;
  const group = commands.filter((command) => command.name.startsWith(`${first ?? ''} `));
  if (group.length > 0 && argv.some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write(`${overview(group)}\n`);
    return 0;
  }
  sayFailure(new AppError('invalid', complaint(words, group.length > 0)));
  process.stderr.write(`\n${overview(group.length > 0 ? group : commands)}\n`);
  return 2;
}

function complaint([first, second]: readonly string[], isGroup: boolean): string {
  if (first === undefined) return m.cli_name_a_command();
  if (!isGroup) return m.cli_no_command({ name: first });
  return second === undefined
    ? m.cli_say_what({ name: first })
    : m.cli_no_command({ name: `${first} ${second}` });
}
