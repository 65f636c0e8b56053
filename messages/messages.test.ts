import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

type Message = string | readonly Readonly<{ match: Readonly<Record<string, string>> }>[];

const root = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe('the message catalogue', () => {
  const settings = JSON.parse(read('messages/project.inlang/settings.json')) as {
    baseLocale: string;
    locales: string[];
    'plugin.inlang.messageFormat': { pathPattern: string[] };
  };
  const translations = settings.locales.filter((locale) => locale !== settings.baseLocale);
  const files = globSync('messages/en/*.json', { cwd: root }).sort();
  const keysOf = (file: string) => Object.keys(JSON.parse(read(file)) as Record<string, unknown>);

  test('has every file in its settings', () => {
    const listed = settings['plugin.inlang.messageFormat'].pathPattern.map((pattern) =>
      path.posix.join('messages', pattern.replace('{locale}', 'en')),
    );
    expect(files).toEqual(listed.sort());
  });

  test.each(translations)('is whole in %s: the same messages, cases and placeholders', (locale) => {
    for (const file of files) {
      const other = file.replace('/en/', `/${locale}/`);
      expect(shapeOf(other), other).toEqual(shapeOf(file));
    }
  });

  test('has keys that begin with the name of their file', () => {
    for (const file of files) {
      const room = path.basename(file, '.json').replaceAll('-', '_');
      expect(
        keysOf(file).filter((key) => !key.startsWith(`${room}_`)),
        file,
      ).toEqual([]);
    }
  });

  test('has no message that nobody uses', () => {
    const sources = globSync('src-{main,renderer}/**/*.{ts,svelte}', {
      cwd: root,
      exclude: ['**/*.test.ts'],
    });
    const used = new Set(sources.flatMap((file) => read(file).match(/(?<=\bm\.)[a-z]\w+/g) ?? []));
    expect(files.flatMap(keysOf).filter((key) => !used.has(key))).toEqual([]);
  });
});

/** What a translation must not change: keys, the cases of each message, and the placeholders of all cases together. */
function shapeOf(file: string): unknown {
  const messages = JSON.parse(read(file)) as Record<string, Message>;
  return Object.fromEntries(
    Object.entries(messages).map(([key, message]) => {
      const cases =
        typeof message === 'string'
          ? { '': message }
          : Object.assign({}, ...message.map(({ match }) => match));
      const placeholders = Object.values(cases as Record<string, string>).flatMap(
        (text) => text.match(/\{\w+\}/g) ?? [],
      );
      return [
        key,
        { cases: Object.keys(cases as object), placeholders: [...new Set(placeholders)].sort() },
      ];
    }),
  );
}
