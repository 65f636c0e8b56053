import type { Command, OptionSpec } from './command.ts';

const program = 'twofold';

/** All commands with one line each. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => usage(command).length));
  return [
    `${program} COMMAND [options]`,
    '',
    ...commands.map((command) => `  ${usage(command).padEnd(width)}  ${command.summary}`),
    '',
    'A run, dataset or snapshot is named by its id, a unique prefix of it, or its name.',
    '--json prints JSON for programs; COMMAND --help shows the options of a command.',
    'TWOFOLD_HOME is the data folder, TWOFOLD_CACHE the folder for downloads.',
    'Exit code: 0 done, 1 failed, 2 wrong use.',
  ].join('\n');
}

export function helpOf(command: Command): string {
  const options: readonly (readonly [string, OptionSpec])[] = [
    ...Object.entries(command.options),
    ['json', { text: 'print JSON' }],
  ];
  const left = ([name, { value }]: (typeof options)[number]) =>
    value === undefined ? `--${name}` : `--${name} ${value}`;
  const width = Math.max(...options.map((option) => left(option).length));
  return [
    `${program} ${usage(command)} [options]`,
    '',
    `${command.summary}.`,
    '',
    ...options.map((option) => `  ${left(option).padEnd(width)}  ${option[1].text}`),
  ].join('\n');
}

const usage = (command: Command): string => `${command.name} ${command.operands}`.trimEnd();
