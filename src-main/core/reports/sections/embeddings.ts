import type { Diff, ShownTableMeasure } from '#contract/embedding-diff.ts';
import * as m from '#messages';

import { floorSides } from '../../embeddings/compare/floor-sides.ts';
import { mayNameWords, rankingStanding } from '../../embeddings/ranking/ranking-standing.ts';
import { rankingText } from '../../embeddings/ranking/ranking-text.ts';
import { agreementLines } from '../../embeddings/reading-words.ts';
import { measuresOf, tableFigureText } from '../../embeddings/table-figures.ts';
import { count, unit } from '../../wording/number-text.ts';
import { reviewName } from '../../wording/value-words.ts';
import type { Cell, Item, Table } from '../document.ts';
import { figureCell, figureText, type Tell, type Told } from './told.ts';

const mostTokens = 80;

const measureNames: Record<ShownTableMeasure, () => string> = {
  fittedCosine: m.report_fitted_cosine,
  heldOutCosine: m.report_held_out_cosine,
  procrustesDistanceRoot: m.report_procrustes,
  debiasedCka: m.report_cka,
  rsa: m.common_rsa,
  meanJaccard10: m.report_jaccard_10,
  meanJaccard50: m.report_jaccard_50,
  meanJaccard250: m.report_jaccard_250,
  meanSecondOrder: m.report_second_order,
};

/** How far apart the tables are, beside chance and the seeds, and the words that moved most. */
export const vocabulary: Tell = (told) => {
  const { embeddings } = told.data;
  if (embeddings === null)
    return [{ kind: 'paragraph', tone: 'nothing', text: m.report_no_diff() }];
  const { diff, saved, words, transplants } = embeddings;
  const compared = m.report_diff_words({ words: count(diff.words), least: count(diff.minCount) });
  const chosen = m.report_diff_chosen({
    count: count(saved.count),
    isOfBoth: saved.isOfBoth ? 'yes' : 'no',
  });
  return [
    {
      kind: 'paragraph',
      text: saved.count > 1 ? `${chosen} ${compared}` : compared,
    },
    ...diff.pairs.flatMap((pair, index): Item[] => {
      const id = `diff-${index + 1}`;
      const sides = floorSides(diff.tables, pair);
      const measures: Table = {
        kind: 'table',
        id,
        caption: m.report_caption_diff({
          first: tableName(told, diff, pair.first),
          second: tableName(told, diff, pair.second),
        }),
        columns: [
          { title: m.common_measure(), isNumber: false },
          { title: m.report_column_measured(), isNumber: true },
          { title: m.report_column_chance(), isNumber: true },
          ...(pair.floor === null
            ? []
            : [
                ...sides.map(({ name }) => ({
                  title: m.report_column_within({ name }),
                  isNumber: true,
                })),
                { title: m.report_column_across(), isNumber: true },
              ]),
        ],
        rows: measuresOf(pair).map((measure) => {
          const cell = (column: 'figures' | 'chance' | 'floor', figure: number | null): Cell =>
            figureCell(figure, (value) =>
              tableFigureText(pair, measure, column, value, threeDigits),
            );
          return {
            cells: [
              { text: measureNames[measure]() },
              cell('figures', pair.figures[measure]),
              cell('chance', pair.chance[measure]),
              ...(pair.floor === null
                ? []
                : [
                    ...sides.map(({ figures }) => cell('floor', figures[measure])),
                    cell('floor', pair.floor.across[measure]),
                  ]),
            ],
          };
        }),
        notes: [...(pair.floor === null ? [] : [m.report_note_floor()]), ...pair.notes],
      };
      const reading: Item = {
        kind: 'paragraph',
        text: agreementLines(diff, pair, transplants, (table) =>
          tableName(told, diff, table),
        ).lines.join(' '),
      };
      const ranking = rankingText(diff.tables, pair);
      if (!mayNameWords(rankingStanding(pair, 'alignedCosine')))
        return [
          measures,
          reading,
          ...ranking.map((text): Item => ({ kind: 'paragraph', tone: 'note', text })),
        ];
      const moved = words[index] ?? [];
      if (moved.length === 0) return [measures, reading];
      return [
        measures,
        reading,
        {
          kind: 'table',
          id: `${id}-words`,
          caption: m.report_caption_moved(),
          columns: [
            { title: m.common_word(), isNumber: false },
            { title: m.common_count(), isNumber: true },
            { title: m.report_column_cosine(), isNumber: true },
            { title: m.report_jaccard_50(), isNumber: true },
          ],
          rows: moved.map((word) => ({
            cells: [
              { text: word.word },
              figureCell(word.count, count),
              figureCell(word.pairs[index]?.alignedCosine, threeDigits),
              figureCell(word.pairs[index]?.jaccard50, threeDigits),
            ],
          })),
          notes: ranking,
        },
      ];
    }),
  ];
};

/** The sentence under the compared tables, token by token. */
export const sentence: Tell = (told) => {
  const { embeddings } = told.data;
  const asked = embeddings?.sentence ?? null;
  if (embeddings === null || asked === null)
    return [{ kind: 'paragraph', tone: 'nothing', text: m.report_no_diff() }];
  if ('why' in asked) return [{ kind: 'paragraph', tone: 'nothing', text: asked.why }];
  const { diff } = embeddings;
  const { source, compared } = asked;
  const shown = compared.tokens.slice(0, mostTokens);
  return [
    {
      kind: 'paragraph',
      text:
        source.kind === 'review'
          ? m.report_sentence_review({ review: reviewName(source.split, source.row) })
          : m.report_sentence_typed(),
    },
    {
      kind: 'table',
      id: 'sentence',
      caption: m.report_caption_sentence(),
      columns: [
        { title: m.report_column_position(), isNumber: true },
        { title: m.common_word(), isNumber: false },
        { title: m.report_column_run_id(), isNumber: true },
        ...diff.pairs.map(({ first, second }) => ({
          title: m.embeddings_pair({
            first: tableName(told, diff, first),
            second: tableName(told, diff, second),
          }),
          isNumber: true,
        })),
      ],
      rows: shown.map(({ position, word, id, kind, cosines }) => ({
        cells: [
          figureCell(position, count),
          { text: kind === 'word' ? word : m.report_token({ kind, word }) },
          figureCell(id, String),
          ...cosines.map((cosine) => figureCell(cosine, threeDigits)),
        ],
      })),
      notes: [
        ...(compared.tokens.length > shown.length
          ? [m.report_more_tokens({ count: count(compared.tokens.length - shown.length) })]
          : []),
        ...compared.notes,
      ],
    },
  ];
};

/** Runs are called as in the rest of the report. */
function tableName({ byId }: Told, { tables }: Diff, index: number): string {
  const table = tables[index];
  if (table === undefined) return '';
  const { runId, branch, epoch } = table;
  const name = byId.get(runId ?? '')?.name ?? table.name;
  if (branch === null) return name;
  return m.report_table({ name, branch, epoch: figureText(epoch, count) });
}

const threeDigits = (value: number): string => unit(value, 3);
