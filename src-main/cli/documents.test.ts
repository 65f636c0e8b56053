import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { readArguments } from './arguments.ts';
import { commands } from './commands.ts';

/* What README and docs promise: their links lead somewhere, and their commands are such that the programs take. */

const root = path.join(import.meta.dirname, '../..');
const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
];
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

function brokenLink(file: string, link: string): boolean {
  const [target = '', anchor] = link.split('#');
  const place = target === '' ? file : path.join(path.dirname(file), target);
  return (
    !existsSync(path.join(root, place)) ||
    (anchor !== undefined && !anchorsOf(place).includes(anchor))
  );
}

/** Lines of code, without what a comment at their end says. */
const codeOf = (file: string): string[] =>
  [...textOf(file).matchAll(/^ {4}(\S.*)$|`([^`\n]+)`/gm)].map(([, line, code]) =>
    (line ?? code ?? '').replace(/\s+#.*$/, ''),
  );
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** Why a command is not one, null where it is. */
function complaint(line: string): string | null {
  const [first, second, ...rest] = wordsOf(line.replace('TWOFOLD_RETRY=1 ', ''));
  if (first !== 'npm' || second === 'link' || second === undefined) return null;
  const script = second === 'run' ? rest.find((word) => word !== '--silent') : second;
  if (script === undefined || !(script in scripts)) return `no script: ${line}`;
  return script === 'twofold' ? twofoldComplaint(rest.slice(rest.indexOf('--') + 1)) : null;
}

function twofoldComplaint(words: readonly string[]): string | null {
  if (words[0] === '--help' || words[0] === 'help') return null;
  const command =
    commands.find(({ name }) => name === words.slice(0, 2).join(' ')) ??
    commands.find(({ name }) => name === words[0]);
  if (command === undefined) return `no command: ${words.join(' ')}`;
  try {
    readArguments(command, words.slice(command.name.split(' ').length));
    return null;
  } catch (error) {
    return String(error);
  }
}

describe.each(documents)('%s', (file) => {
  it('has no link that leads nowhere', () => {
    const links = [...textOf(file).matchAll(/\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"/g)]
      .map(([, link, source]) => link ?? source ?? '')
      .filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => brokenLink(file, link))).toEqual([]);
  });

  it('has no command that the programs do not take', () => {
    expect(codeOf(file).flatMap((line) => complaint(line) ?? [])).toEqual([]);
  });
});

it('a wrong command and a wrong link are found', () => {
  expect(complaint('npm run --silent twofold -- runs lst')).toMatch(/no command/);
  expect(complaint('npm run --silent twofold -- runs list --sideways')).toMatch(/sideways/);
  expect(complaint('npm run nothing')).toMatch(/no script/);
  expect(brokenLink('README.md', 'docs/nothing.md')).toBe(true);
  expect(brokenLink('README.md', 'docs/cli.md#nothing')).toBe(true);
});
