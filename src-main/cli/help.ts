import { program } from '#core/wording/program.ts';
import * as m from '#messages';

import type { Command, Noun, OptionSpec } from './command.ts';

/** The commands with one line each, under what they are about. */
export function overview(nouns: readonly Noun[]): string {
  const width = Math.max(
    ...nouns.flatMap(({ commands }) => commands.map((of) => usage(of).length)),
  );
  return [
    m.cli_help_usage({ program }),
    ...nouns.flatMap(({ title, commands }) => [
      '',
      title(),
      ...commands.map((command) => `  ${usage(command).padEnd(width)}  ${command.summary()}`),
    ]),
    '',
    m.cli_help_names(),
    m.cli_help_json(),
    m.cli_help_folders(),
    m.cli_help_exit(),
  ].join('\n');
}

export function helpOf(command: Command): string {
  const options: readonly (readonly [string, OptionSpec])[] = [
    ...Object.entries(command.options),
    ['json', { text: m.cli_option_json }],
  ];
  const left = ([name, { value }]: (typeof options)[number]) =>
    value === undefined ? `--${name}` : `--${name} ${value}`;
  const width = Math.max(...options.map((option) => left(option).length));
  return [
    m.cli_help_usage_of({ program, usage: usage(command) }),
    '',
    `${command.summary()}.`,
    '',
    ...options.map((option) => `  ${left(option).padEnd(width)}  ${option[1].text()}`),
  ].join('\n');
}

const usage = (command: Command): string => `${command.name} ${command.operands ?? ''}`.trimEnd();
