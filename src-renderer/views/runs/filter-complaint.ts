import * as m from '#messages';

const operatorAlone = /^(?:!=|<=|>=|[:=<>])$/;
const withoutValue = /^-?[A-Za-z][\w.]*(?:!=|<=|>=|[:=<>])$/;
const joining = /^(?:and|or|not)$/i;

/** What is wrong with a piece of a filter that could only match nothing; null where it is a word or a condition. */
export function complaintAbout(tokens: readonly string[], index: number): string | null {
  const token = tokens[index] ?? '';
  const [before = '', after = ''] = [tokens[index - 1], tokens[index + 1]];
  if ((token.match(/"/g) ?? []).length % 2 === 1) return m.runs_filter_quote();
  if (operatorAlone.test(token))
    return m.runs_filter_spaces({ condition: `${before}${token}${after}` });
  if (withoutValue.test(token)) return m.runs_filter_no_value({ condition: token });
  if (!/[\p{L}\p{N}]/u.test(token)) return m.runs_filter_no_word({ word: token });
  return joining.test(token) && tokens.length > 1 ? m.runs_filter_joined({ word: token }) : null;
}

/** Whether a word is one side of a condition that was written with spaces. */
export const isSide = (tokens: readonly string[], index: number): boolean =>
  [tokens[index - 1], tokens[index + 1]].some(
    (token) => token !== undefined && operatorAlone.test(token),
  );

/** The known name that somebody may have meant: one that begins alike, else one that differs in two letters at most. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  const begun = known.find((one) => one.toLowerCase().startsWith(wanted));
  if (begun !== undefined) return begun;
  const nearest = known
    .map((one) => ({ one, distance: editDistance(wanted, one.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return nearest !== undefined && nearest.distance <= 2 ? nearest.one : null;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const changed = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
