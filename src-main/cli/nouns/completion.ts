import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { firstOf, type Command } from '../command.ts';

type Known = readonly Command[];

/** @param known the commands to complete, itself among them */
export const completionOf = (known: () => Known): Command => ({
  name: 'completion',
  operands: 'bash|zsh|fish',
  summary: m.cli_completion,
  options: {},
  run(args, { out }) {
    const shell = firstOf(args);
    const write = shells[shell];
    if (write === undefined) throw new AppError('invalid', m.cli_completion_shell({ shell }));
    const script = write(known());
    out.json({ shell, script });
    out.line(script);
  },
});

const shells: Readonly<Record<string, (known: Known) => string>> = {
  bash: (known) => `_twofold() {
  local word=\${COMP_WORDS[COMP_CWORD]} names=
  case "\${COMP_WORDS[*]:1:COMP_CWORD-1}" in
    '') names='${wordsAfter(known, '').join(' ')}' ;;
${firstWords(known)
  .filter((word) => wordsAfter(known, word).length > 0)
  .map(
    (word) =>
      `    ${word}) names='${[...wordsAfter(known, word), ...flagsOf(known, word)].join(' ')}' ;;`,
  )
  .join('\n')}
${deepestFirst(known)
  .map(({ name }) => `    '${name}'*) names='${flagsOf(known, name).join(' ')}' ;;`)
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$names" -- "$word"))
}
complete -o default -F _twofold twofold`,

  zsh: (known) => `#compdef twofold
_twofold() {
  local -a names
  case "\${words[2,CURRENT-1]}" in
    '') names=(${described(known, '')}) ;;
${firstWords(known)
  .filter((word) => wordsAfter(known, word).length > 0)
  .map((word) => `    ${word}) names=(${described(known, word)}) ;;`)
  .join('\n')}
${deepestFirst(known)
  .map(({ name }) => `    '${name}'*) names=(${describedFlags(known, name)}) ;;`)
  .join('\n')}
  esac
  [[ $words[CURRENT] == -* || \${#names} -gt 0 && $names[1] != -* ]] && _describe twofold names || _files
}
if [[ $funcstack[1] == _twofold ]]; then _twofold "$@"; else compdef _twofold twofold; fi`,

  fish: (known) =>
    [
      'function __twofold_at',
      '    set -l typed (commandline -opc)',
      '    test "$typed[2..-1]" = "$argv"',
      'end',
      'function __twofold_in',
      '    set -l typed (commandline -opc)',
      '    string match -q -- "$argv*" "$typed[2..-1]"',
      'end',
      ...['', ...firstWords(known)].flatMap((word) =>
        wordsAfter(known, word).map(
          (next) =>
            `complete -c twofold -f -n '__twofold_at ${word}' -a ${next} -d ${quoted(summaryOf(known, `${word} ${next}`.trim()))}`,
        ),
      ),
      ...known.flatMap(({ name }) =>
        optionsOf(known, name).map(
          ([option, text, takesValue]) =>
            `complete -c twofold -n '__twofold_in ${name}' -l ${option} -d ${quoted(text)}${takesValue ? ' -r' : ''}`,
        ),
      ),
    ].join('\n'),
};

const firstWords = (known: Known): string[] => wordsAfter(known, '');
/** `sweep collect` before `sweep`. */
const deepestFirst = (known: Known): Known =>
  known.toSorted((a, b) => b.name.length - a.name.length);

/** The words that commands have behind that one, or in front. */
function wordsAfter(known: Known, first: string): string[] {
  const names = known.map(({ name }) => name.split(' '));
  const words =
    first === ''
      ? names.map(([word = '']) => word)
      : names.flatMap(([word, next]) => (word === first && next !== undefined ? [next] : []));
  return [...new Set(words)];
}

function optionsOf(
  known: Known,
  name: string,
): (readonly [option: string, text: string, takesValue: boolean])[] {
  const command = known.find((of) => of.name === name);
  if (command === undefined) return [];
  const own = Object.entries(command.options).map(
    ([option, { text, value }]) => [option, text(), value !== undefined] as const,
  );
  return [...own, ['json', m.cli_option_json(), false]];
}

const flagsOf = (known: Known, name: string): string[] =>
  optionsOf(known, name).map(([option]) => `--${option}`);

/** That of the command, or of the first of the commands that begin with the word. */
const summaryOf = (known: Known, name: string): string =>
  (
    known.find((command) => command.name === name) ??
    known.find((command) => command.name.startsWith(`${name} `))
  )?.summary() ?? '';

const quoted = (text: string): string => `'${text.replaceAll("'", '’')}'`;

const described = (known: Known, first: string): string =>
  wordsAfter(known, first)
    .map((word) => quoted(`${word}:${summaryOf(known, `${first} ${word}`.trim())}`))
    .join(' ');

const describedFlags = (known: Known, name: string): string =>
  optionsOf(known, name)
    .map(([option, text]) => quoted(`--${option}:${text}`))
    .join(' ');
