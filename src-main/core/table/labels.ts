/** What the two labels of a file are, decided once its values are known. */
export type LabelMapping =
  | Readonly<{ kind: 'values'; negative: string; positive: string }>
  | Readonly<{ kind: 'threshold'; threshold: number }>;

export type LabelChoice = Readonly<{
  positive?: string | undefined;
  negative?: string | undefined;
  threshold?: number | undefined;
}>;

/** `ratings`: more than two numbers; `unknown`: two values of which none is known to be the positive one; `unclear`: anything else. */
export type LabelDecision =
  | Readonly<{ kind: 'decided'; mapping: LabelMapping }>
  | Readonly<{ kind: 'ratings' | 'unknown' | 'unclear' }>;

/** Negative and positive, as files of sentiment write them. The first pair that holds a lone value decides it. */
export const knownPairs: readonly (readonly [string, string])[] = [
  ['0', '1'],
  ['-1', '1'],
  ['0', '4'],
  ['1', '2'],
  ['neg', 'pos'],
  ['negative', 'positive'],
  ['false', 'true'],
  ['bad', 'good'],
  ['n', 'p'],
  ['-', '+'],
  ['no', 'yes'],
  ['dislike', 'like'],
  ['down', 'up'],
  ['__label__1', '__label__2'],
  ['__label__0', '__label__1'],
  ['__label__neg', '__label__pos'],
  ['__label__negative', '__label__positive'],
  ['negativo', 'positivo'],
  ['négatif', 'positif'],
  ['negativ', 'positiv'],
  ['부정', '긍정'],
  ['부정적', '긍정적'],
  ['否定', '肯定'],
  ['负面', '正面'],
  ['消极', '积极'],
  ['ネガティブ', 'ポジティブ'],
];

/** One name for all ways of writing a value: 1, 1.0, "1,0" and " 1 "; true and "True". Null where there is none. */
export function labelKey(cell: unknown): string | null {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'number')
    return Number.isNaN(cell) ? null : String(cell === 0 ? 0 : cell).toLowerCase();
  if (typeof cell === 'boolean' || typeof cell === 'bigint') return String(cell);
  if (typeof cell !== 'string') return typeof cell;
  const text = cell.trim();
  if (text === '') return null;
  // More digits than a number holds are left as they are.
  if (text.length <= 15 && plainNumber.test(text)) return labelKey(Number(withPoint(text)));
  return text.normalize('NFC').toLowerCase();
}

/** The finite number a value is, its decimals after a point or a comma; null where it is none. */
export function numberOf(key: string): number | null {
  if (!plainNumber.test(key) && !exponentNumber.test(key)) return null;
  const number = Number(withPoint(key));
  return Number.isFinite(number) ? number : null;
}

/**
 * Reads two labels off the values of a column. Values beside the two are left to be refused where they stand.
 *
 * @param counts rows by value (`labelKey`)
 */
export function decideLabels(
  counts: ReadonlyMap<string, number>,
  choice: LabelChoice,
): LabelDecision {
  if (choice.threshold !== undefined) {
    return decided({ kind: 'threshold', threshold: choice.threshold });
  }
  const chosen = chosenPair([...counts.keys()], choice);
  if (chosen !== null) return decided({ kind: 'values', ...chosen });
  if (choice.positive !== undefined || choice.negative !== undefined) return { kind: 'unclear' };

  const values = [...counts.keys()];
  if (values.length > 2 && values.every((value) => numberOf(value) !== null)) {
    return { kind: 'ratings' };
  }
  const atHand = knownPairs.filter((pair) => pair.every((value) => counts.has(value)));
  const rowsOf = (pair: readonly string[]) =>
    pair.reduce((sum, value) => sum + (counts.get(value) ?? 0), 0);
  const most = atHand.toSorted((a, b) => rowsOf(b) - rowsOf(a))[0];
  const lone = values.length === 1 ? values[0] : undefined;
  const pair =
    most ?? knownPairs.find((known) => lone !== undefined && known.includes(lone)) ?? null;
  if (pair !== null) return decided({ kind: 'values', negative: pair[0], positive: pair[1] });
  return { kind: values.length === 2 ? 'unknown' : 'unclear' };
}

/** 0, 1, or null for a value that is neither. */
export function labelOf(mapping: LabelMapping, key: string): 0 | 1 | null {
  if (mapping.kind === 'threshold') {
    const number = numberOf(key);
    return number === null ? null : number >= mapping.threshold ? 1 : 0;
  }
  if (key === mapping.positive) return 1;
  return key === mapping.negative ? 0 : null;
}

const plainNumber = /^[+-]?\d+([.,]\d*)?$/;
const exponentNumber = /^[+-]?\d+([.,]\d+)?e[+-]?\d+$/;
const withPoint = (number: string): string => number.replace(',', '.');

const decided = (mapping: LabelMapping): LabelDecision => ({ kind: 'decided', mapping });

/** With one of the two named, the other is the only value that is left. */
function chosenPair(
  values: readonly string[],
  { positive, negative }: LabelChoice,
): Readonly<{ negative: string; positive: string }> | null {
  const named = { positive: labelKey(positive), negative: labelKey(negative) };
  if (named.positive === named.negative) return null;
  if (named.positive !== null && named.negative !== null) {
    return { positive: named.positive, negative: named.negative };
  }
  const rest = values.filter((value) => value !== named.positive && value !== named.negative);
  const other = rest.length === 1 ? rest[0] : undefined;
  if (other === undefined) return null;
  return { positive: named.positive ?? other, negative: named.negative ?? other };
}
