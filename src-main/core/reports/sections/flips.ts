import * as m from '#messages';

import { flipWords } from '../../experiment/flip-words.ts';
import { count, probability } from '../../wording/number-text.ts';
import { reviewName } from '../../wording/value-words.ts';
import type { Item } from '../document.ts';
import type { Tell } from './told.ts';

const mostLetters = 700;

/** Test reviews that the two sides judge differently: how many, how many seeds alone lead to, and where those are more the widest apart with their texts. */
export const flips: Tell = ({ data, runs }) => {
  const { flips: found } = data;
  if (found === null || 'why' in found) {
    const isAway = data.datasets.some(({ hasLabels }) => !hasLabels);
    const text = isAway ? m.report_flips_away() : (found?.why ?? m.report_no_flips());
    return [{ kind: 'paragraph', tone: 'nothing', text }];
  }
  const { seeds, rows, total, sample } = found;
  const noText = data.datasets.every(({ dataset }) => dataset.isHere)
    ? m.report_no_text()
    : m.report_text_away();
  // Trained models are called as in the rest of the report.
  const nameOf = (name: string): string =>
    runs.find(({ run }) => seeds === 1 && run.name === name)?.name ?? name;
  const names = [nameOf(found.names[0]), nameOf(found.names[1])] as const;
  const stable = data.judgement === null ? null : flipWords(data.judgement);
  const counted: Item[] =
    seeds > 1 && stable !== null
      ? [
          { kind: 'paragraph', text: stable.number },
          note(`${m.experiments_flips_meaning()} ${m.experiments_flips_method()} ${stable.within}`),
          ...(sample.length === 0 ? [] : [note(m.report_flips_means())]),
        ]
      : [
          {
            kind: 'paragraph',
            text: m.report_pair_flips({
              first: names[0],
              second: names[1],
              count: count(total),
              rows: count(rows),
            }),
          },
          note(m.cli_pairs_note()),
        ];
  return [
    ...counted,
    ...(sample.length === 0 ? [] : [note(m.report_rows_from_zero())]),
    ...sample.map(({ row, label, probabilities, text }): Item => ({
      kind: 'quote',
      about: m.report_flip({
        review: reviewName('test', row),
        label: label === 1 ? 'positive' : 'negative',
        first: names[0],
        second: names[1],
        p: probability(probabilities[0]),
        q: probability(probabilities[1]),
      }),
      text: text === null ? noText : shortened(text),
    })),
    ...(sample.length > 0 && sample.length < total
      ? [note(m.report_more_flips({ count: count(total - sample.length) }))]
      : []),
  ];
};

const note = (text: string): Item => ({ kind: 'paragraph', tone: 'note', text });

/** Cut between two words. Control characters, which old corpora hold, have no shape. */
function shortened(text: string): string {
  const plain = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (plain.length <= mostLetters) return plain;
  const end = plain.lastIndexOf(' ', mostLetters);
  return `${plain.slice(0, end > mostLetters / 2 ? end : mostLetters)} …`;
}
