import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

import { listed } from '../commands.ts';
import { completionOf } from './completion.ts';
import { createOutput } from '../show/output.ts';

const output = createOutput(false);

function scriptFor(shell: string): string {
  let printed = '';
  const command = completionOf(() => listed);
  const out = { ...output, line: (text = '') => (printed += text) };
  void command.run({ operands: [shell], values: {}, lists: {}, switches: new Set() }, {
    out,
  } as never);
  return printed;
}

/** How each shell says what it would complete a line to, whose last word is being typed. */
const asked = {
  bash: (line: string) =>
    `COMP_WORDS=(${line.replace(/ $/, " ''")}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _twofold; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (line: string) =>
    `compdef() { :; }; _describe() { print -l -- \${names%%:*}; }; _files() { :; }; words=(${line.replace(/ $/, " ''")}); CURRENT=\${#words}; _twofold`,
  fish: (line: string) => `complete -C '${line}' | string split -f1 \\t`,
};

for (const [shell, ask] of Object.entries(asked)) {
  const isHere = spawnSync(shell, ['--version']).status === 0;
  const complete = (line: string): string[] => {
    const lead = shell === 'zsh' ? 'compdef() { :; }\n' : '';
    const { stdout, stderr, status } = spawnSync(
      shell,
      ['-c', `${lead}${scriptFor(shell)}\n${ask(line)}`],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    const typed = line.split(' ').at(-1) ?? '';
    return stdout.split('\n').filter((word) => word !== '' && word.startsWith(typed));
  };
  test.skipIf(!isHere)(`${shell} completes nouns, what can be done with them, and options`, () => {
    expect(complete('twofold exp')).toEqual(['experiments', 'export']);
    expect(complete('twofold runs re')).toEqual(
      expect.arrayContaining(['rename', 'restore', 'remove-curves']),
    );
    expect(complete('twofold sweep ')).toEqual(
      expect.arrayContaining(['collect', 'retry', 'stop']),
    );
    expect(complete('twofold train --epo')).toEqual(['--epochs']);
    expect(complete('twofold runs list --tr')).toEqual(['--trash']);
    expect(complete('twofold sweep grid.json --dry')).toEqual(['--dry-run']);
    expect(complete('twofold ta')).toEqual([]);
  });
}
