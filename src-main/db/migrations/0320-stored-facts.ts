import { readSaying } from '#core/wording/sayings.ts';

import type { Migration } from '../handles.ts';
import data from './0320-stored-facts.json' with { type: 'json' };

type Facts = Readonly<Record<string, unknown>>;
/** A part of a sentence as it may be worded, with the facts that this wording tells. */
type Alternative = string | readonly [string, Facts];
/** The alternatives of each part. */
type Sentence = readonly (readonly Alternative[])[];
type Group = 'reasons' | 'lines' | 'findings';
type Reader = (text: string) => Facts | null;

/**
 * Sentences as the catalogues up to this version have them, by kind. Placeholders: `{name}` a text, `{#name}` a whole number,
 * `{#name[]}` several, `{name[]}` a list of `items`.
 */
const { items, splits, ...groups } = data as unknown as Readonly<
  Record<Group, Readonly<Record<string, readonly Sentence[]>>> & {
    items: Readonly<Record<string, readonly Alternative[]>>;
    splits: Readonly<Record<string, string>>;
  }
>;

/** A run's reason, the lines of its log and the findings of a dataset are kept as kinds and facts, no longer as sentences. */
export const storedFacts: Migration = {
  version: 320,
  name: 'stored facts',
  up: (db) => {
    db.function('reason_of', (text) => reasonOf(String(text)));
    db.function('line_of', (text) => lineOf(String(text)));
    db.function('findings_of', (json) =>
      JSON.stringify((JSON.parse(String(json)) as OldFinding[]).map(findingOf)),
    );
    const view = db.prepare(`SELECT sql FROM sqlite_schema WHERE name = 'v_runs'`).pluck().get();
    db.exec(`
      UPDATE runs SET reason = reason_of(reason) WHERE reason IS NOT NULL;
      UPDATE runs SET ended_as = json_set(ended_as, '$.reason', reason_of(ended_as ->> 'reason'))
        WHERE ended_as ->> 'reason' IS NOT NULL;
      UPDATE log_lines SET text = line_of(text);
      -- The warnings were the sentences of the findings.
      UPDATE datasets SET findings = findings_of(findings);
      ALTER TABLE datasets DROP COLUMN warnings;
      DROP VIEW v_runs;
    `);
    // One that somebody wrote by hand is no reason for the view to fail.
    const reason = `iif(json_valid(r.reason), iif(r.reason ->> 'kind' = 'text', r.reason ->> 'text', r.reason), r.reason) AS reason,
        iif(json_valid(r.reason), r.reason ->> 'kind', NULL) AS reason_kind`;
    db.exec(String(view).replace('r.reason', () => reason));
  },
};

export const reasonOf = (text: string): string => sayingOf('reasons', text);
export const lineOf = (text: string): string => sayingOf('lines', text);

/** As JSON; what is one already stays as it is. */
function sayingOf(group: Group, text: string): string {
  if (readSaying(text) !== null) return text;
  for (const [kind, read] of readersOf(group)) {
    const facts = read(text);
    if (facts !== null) return JSON.stringify({ kind, ...facts });
  }
  return JSON.stringify({ kind: 'text', text });
}

type OldFinding = Readonly<{
  kind: string;
  text?: string | undefined;
  words?: readonly object[] | undefined;
}>;

/** With facts in place of its text; one whose text cannot be read stays as it is. */
export function findingOf<F extends OldFinding>(finding: F): F {
  const { text, ...rest } = finding;
  if (text === undefined) return finding;
  const facts = readersOf('findings')
    .filter(([kind]) => kind === finding.kind)
    .reduce<Facts | null>((found, [, read]) => found ?? read(text), null);
  if (facts === null) return finding;
  const words = facts['words'] as readonly object[] | undefined;
  // The sentence may cut them short.
  const whole = words && { words: words.map((word, at) => ({ ...word, ...finding.words?.[at] })) };
  return { ...rest, ...facts, ...whole } as unknown as F;
}

const known = new Map<Group, readonly (readonly [string, Reader])[]>();

function readersOf(group: Group): readonly (readonly [string, Reader])[] {
  const readers =
    known.get(group) ??
    Object.entries(groups[group]).map(
      ([kind, sentences]) => [kind, firstOf(sentences.flatMap(wholesOf).map(readerOf))] as const,
    );
  known.set(group, readers);
  return readers;
}

function firstOf(readers: readonly Reader[]): Reader {
  return (text) => {
    for (const read of readers) {
      const facts = read(text);
      if (facts !== null) return facts;
    }
    return null;
  };
}

/** Each way to word it as a whole. */
const wholesOf = (sentence: Sentence): Alternative[] =>
  sentence.reduce<Alternative[]>(
    (begun, part) =>
      begun.flatMap((first) =>
        part.map((next): Alternative => {
          const texts = [textOf(first), textOf(next)].filter((text) => text !== '');
          return [texts.join(' '), { ...factsOf(first), ...factsOf(next) }];
        }),
      ),
    [''],
  );

const textOf = (of: Alternative): string => (typeof of === 'string' ? of : of[0]);
const factsOf = (of: Alternative): Facts => (typeof of === 'string' ? {} : of[1]);

function readerOf(of: Alternative): Reader {
  const names: string[] = [];
  const pattern = textOf(of)
    .split(/(\{[^}]+\})/)
    .map((part, index) => {
      if (index % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
      const name = part.slice(1, -1);
      names.push(name);
      if (!name.startsWith('#')) return '(.+?)';
      return name.endsWith('[]') ? String.raw`(\d+(?:, \d+)*)` : String.raw`(0x[\dA-F]+|\d[\d,]*)`;
    })
    .join('');
  const whole = new RegExp(`^${pattern}$`, 's');
  return (text) => {
    const found = whole.exec(text);
    if (found === null) return null;
    const facts = names.map(
      (name, at) => [name.replace(/^#|\[\]$/g, ''), valueOf(name, found[at + 1] ?? '')] as const,
    );
    return facts.some(([, value]) => value === null)
      ? null
      : { ...factsOf(of), ...Object.fromEntries(facts) };
  };
}

/** Null where it is none of its kind. */
function valueOf(name: string, text: string): unknown {
  const number = (digits: string): number => Number(digits.replaceAll(',', ''));
  if (name === 'split') return splits[text] ?? null;
  if (name.startsWith('#'))
    return name.endsWith('[]') ? text.split(', ').map(number) : number(text);
  if (!name.endsWith('[]')) return text;
  const read = firstOf((items[name.slice(0, -2)] ?? []).map(readerOf));
  const list = text.split(', ').map((item) => {
    const facts = read(item);
    return facts !== null && 'value' in facts ? facts['value'] : facts;
  });
  return list.includes(null) ? null : list;
}
