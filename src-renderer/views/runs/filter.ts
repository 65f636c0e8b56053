import type { RunSummary } from '#contract/run.ts';

import * as m from '#messages';
import { columns, watchedColumns, nameColumn, type Column } from '../../parts/runs/columns.ts';
import { complaintAbout, isSide, nearestName } from './filter-complaint.ts';

export type Filter = Readonly<{
  matches: (run: RunSummary) => boolean;
  /** A column that it reads comes from the predictions. */
  isPredicted: boolean;
  /** What is wrong with it, a sentence each; a piece that is wrong lets every run pass. */
  complaints: readonly string[];
}>;

/** What only the screen knows of a run. */
export type Marks = Readonly<{
  isDrawn: (runId: string) => boolean;
  isSelected: (runId: string) => boolean;
}>;

type Operator = ':' | '=' | '!=' | '<' | '<=' | '>' | '>=';
type Test = (run: RunSummary) => boolean;

const termPattern = /^(-?)([A-Za-z][\w.]*)(!=|<=|>=|[:=<>])(.+)$/;
const tokenPattern = /(?:[^\s"]|"[^"]*"?)+/g;

/** Short names beside those of the columns: a metric alone is that of the best epoch. */
const aliases: ReadonlyMap<string, string> = new Map([
  ...columns
    .filter(({ id }) => id.startsWith('atBest.'))
    .map(({ id }) => [id.slice('atBest.'.length).toLowerCase(), id] as const),
  ...Object.entries(watchedColumns),
  ['tag', 'tags'],
  ['data', 'dataset'],
]);

/**
 * Words and conditions, all of which must hold: `relu` (in name, state, dataset, tags or note), `A`, `maxLength:400`, `seed=1`,
 * `accuracy>86`, `last.valLoss<0.3`, `epochs:10..50`, `tag:"len sweep"`, `is:favourite`; a minus before one turns it round.
 */
export function parseFilter(text: string, marks: Marks): Filter {
  const complaints: string[] = [];
  let isPredicted = false;
  const tokens = text.match(tokenPattern) ?? [];
  const tests = tokens.map((token, index): Test => {
    const complaint = complaintAbout(tokens, index);
    if (complaint !== null) complaints.push(complaint);
    if (complaint !== null || isSide(tokens, index)) return () => true;
    const [, minus = '', name, operator, value = ''] = termPattern.exec(token) ?? [];
    if (name === undefined) {
      const isTurned = token.startsWith('-') && token.length > 1;
      const word = wordTest(unquoted(isTurned ? token.slice(1) : token));
      return isTurned ? (run) => !word(run) : word;
    }
    isPredicted ||= findColumn(name)?.isPredicted === true;
    const test = conditionTest(name, operator as Operator, unquoted(value), marks);
    if (typeof test === 'string') {
      complaints.push(test);
      return () => true;
    }
    return minus === '-' ? (run) => !test(run) : test;
  });
  return { matches: (run) => tests.every((test) => test(run)), isPredicted, complaints };
}

function wordTest(word: string): Test {
  const wanted = word.toLowerCase();
  return (run) => {
    const variant = (run.variant ?? 'custom').toLowerCase();
    if (wanted.length === 1) return wanted === variant;
    const text = [run.name, run.state, run.datasetName, run.note, ...run.tags]
      .join('\n')
      .toLowerCase();
    return wanted === variant || text.includes(wanted);
  };
}

/** A sentence where it is no condition. */
function conditionTest(
  name: string,
  operator: Operator,
  value: string,
  marks: Marks,
): Test | string {
  if (name === 'is') return markTest(value.toLowerCase(), marks);
  const column = findColumn(name);
  if (column === undefined) return unknownField(name);
  const range = /^(.+)\.\.(.+)$/.exec(value);
  if (operator === ':' && range !== null) {
    const low = numberOf(column, range[1] ?? '');
    const high = numberOf(column, range[2] ?? '');
    return (run) => {
      const own = column.value(run);
      return typeof own === 'number' && own >= low && own <= high;
    };
  }
  if (operator === ':' || operator === '=') return equalTest(column, value, operator === ':');
  if (operator === '!=') {
    const equal = equalTest(column, value, false);
    return (run) => !equal(run);
  }
  if (column.kind !== 'text' && column.kind !== 'moment' && Number.isNaN(numberOf(column, value)))
    return m.runs_filter_needs_number({ name, value });
  return orderTest(column, operator, value);
}

function unknownField(name: string): string {
  const near = nearestName(name, knownNames);
  return near === null
    ? m.runs_filter_unknown({ name })
    : m.runs_filter_unknown_near({ name, near });
}

function markTest(mark: string, { isDrawn, isSelected }: Marks): Test | string {
  if (mark === 'favourite') return (run) => run.isFavourite;
  if (mark === 'drawn') return (run) => isDrawn(run.runId);
  return mark === 'selected'
    ? (run) => isSelected(run.runId)
    : m.runs_filter_unknown_mark({ mark });
}

const freeTexts = new Set(['tags', 'note', 'dataset', 'name']);

function equalTest(column: Column, value: string, mayContain: boolean): Test {
  const wanted = value.toLowerCase();
  const number = numberOf(column, value);
  return (run) => {
    const own = column.value(run);
    if (own === null) return wanted === 'none' || (column.id === 'variant' && wanted === 'custom');
    if (typeof own === 'number') return own === number;
    const text = own.toLowerCase();
    if (column.id === 'tags' && !mayContain)
      return run.tags.some((tag) => tag.toLowerCase() === wanted);
    return mayContain && freeTexts.has(column.id) ? text.includes(wanted) : text === wanted;
  };
}

function orderTest(column: Column, operator: '<' | '<=' | '>' | '>=', value: string): Test {
  const limit = numberOf(column, value);
  return (run) => {
    const own = column.value(run);
    if (column.kind === 'moment' && typeof own === 'string')
      return holds(operator, own.localeCompare(value));
    return typeof own === 'number' && holds(operator, own - limit);
  };
}

function holds(operator: '<' | '<=' | '>' | '>=', difference: number): boolean {
  if (operator === '<') return difference < 0;
  if (operator === '<=') return difference <= 0;
  return operator === '>' ? difference > 0 : difference >= 0;
}

/** Shares may be written in per cent: 86, 86%, 0.86. */
function numberOf(column: Column, text: string): number {
  const isPercent = text.endsWith('%');
  const number = Number(isPercent ? text.slice(0, -1) : text.replaceAll(',', ''));
  return column.kind === 'share' && (isPercent || number > 1) ? number / 100 : number;
}

const knownNames = [...aliases.keys(), ...[nameColumn, ...columns].map((column) => column.id)];
const byName = new Map([nameColumn, ...columns].map((column) => [column.id.toLowerCase(), column]));

function findColumn(name: string): Column | undefined {
  const lower = name.toLowerCase();
  return byName.get((aliases.get(lower) ?? lower).toLowerCase());
}

const unquoted = (text: string): string => text.replaceAll('"', '');
