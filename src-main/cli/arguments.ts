import { parseArgs } from 'node:util';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { firstSentence } from '../shell/arguments.ts';
import type { Arguments, Command } from './command.ts';

/** Known to every command. */
const common = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/** Reads a command's arguments; throws `invalid` with one sentence for what it does not know. */
export function readArguments(command: Command, args: readonly string[]): Arguments {
  const options = {
    ...Object.fromEntries(
      Object.entries(command.options).map(([name, spec]) => [
        name,
        {
          type: spec.value === undefined ? ('boolean' as const) : ('string' as const),
          multiple: spec.isList === true,
        },
      ]),
    ),
    ...common,
  };
  const parsed = parse(joinDashedValues(args, command), options);
  const values: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  const switches = new Set<string>();
  for (const [name, value] of Object.entries(parsed.values)) {
    if (typeof value === 'string') values[name] = value;
    else if (value === true) switches.add(name);
    else if (Array.isArray(value)) lists[name] = value.filter((one) => typeof one === 'string');
  }
  if (!switches.has('help')) checkCount(command, parsed.positionals);
  return { operands: parsed.positionals, values, lists, switches };
}

/** A number of an option, in bounds; undefined where it is not given. */
export function numberOption(
  args: Arguments,
  name: string,
  bounds: Readonly<{ min: number; max: number }>,
): number | undefined {
  const text = args.values[name];
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= bounds.min && value <= bounds.max)) {
    const [min, max] = [bounds.min.toLocaleString('en-US'), bounds.max.toLocaleString('en-US')];
    throw new AppError('invalid', m.cli_option_number({ name, min, max }), {
      field: name,
    });
  }
  return value;
}

/** One of a few words; undefined where it is not given. */
export function choiceOption<const T extends string>(
  args: Arguments,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = args.values[name];
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    throw new AppError(
      'invalid',
      m.cli_option_choice({ name, choices: choices.join(m.config_or()) }),
      { field: name },
    );
  }
  return found;
}

type ParseOptions = Readonly<
  Record<string, Readonly<{ type: 'string' | 'boolean'; short?: string; multiple?: boolean }>>
>;

function parse(args: readonly string[], options: ParseOptions) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new AppError(
      'invalid',
      error instanceof Error ? firstSentence(error.message) : String(error),
    );
  }
}

// `--seed -1` and `--text "- so so"` are values that begin with a dash, where they are no option of the command.
function joinDashedValues(args: readonly string[], command: Command): string[] {
  const joined: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--') return [...joined, ...args.slice(index)];
    const next = args[index + 1];
    const takesValue = arg.startsWith('--') && command.options[arg.slice(2)]?.value !== undefined;
    if (takesValue && next?.startsWith('-') === true && !isOption(next, command)) {
      joined.push(`${arg}=${next}`);
      index += 1;
    } else joined.push(arg);
  }
  return joined;
}

function isOption(text: string, command: Command): boolean {
  const name = text.replace(/^--/, '').split('=')[0] ?? '';
  return (
    text === '-h' ||
    (text.startsWith('--') && (Object.hasOwn(command.options, name) || Object.hasOwn(common, name)))
  );
}

function checkCount(command: Command, operands: readonly string[]): void {
  const { name, operands: shown = '' } = command;
  const words = shown.split(' ').filter((word) => word !== '');
  const isMany = shown.includes('...');
  const least = words.filter((word) => !word.startsWith('[')).length;
  const most = isMany ? (command.most ?? 1000) : words.length;
  if (operands.length < least)
    throw new AppError('invalid', m.cli_too_few({ name, operands: shown }));
  if (operands.length > most)
    throw new AppError(
      'invalid',
      isMany
        ? m.cli_more_than_most({ name, most, operands: shown })
        : m.cli_too_many({ name, operand: operands[most] ?? '' }),
    );
}
