import type { ReviewDifferences } from '#contract/embedding-diff.ts';
import * as m from '#messages';

import type { Command } from './command.ts';
import { compareNamed } from './embedding-tables.ts';
import { count, decimal, table } from './text.ts';

export const embeddingsReviews: Command = {
  name: 'embeddings reviews',
  operands: 'SNAP SNAP',
  least: 2,
  most: 2,
  summary: m.cli_embeddings_reviews,
  options: {},
  async run(args, { app, out }) {
    const { services } = app();
    const { diffId } = await compareNamed(services, args.operands, out);
    const reviews = await services.diffs.reviews({ diffId });
    const { rankCorrelation, correlation, epochs, chanceDistance, notes } = reviews;
    const listed = (indices: readonly number[]) => indices.map((index) => reviewOf(reviews, index));
    out.json({
      diffId,
      epochs,
      rankCorrelation,
      correlation,
      chanceDistance,
      reviews: listed([...reviews.rows.keys()]),
      predictionsDiffer: listed(reviews.predictionsDiffer),
      embeddingsDiffer: listed(reviews.embeddingsDiffer),
      notes,
    });
    if (out.isJson) return;
    const without = reviews.distances.filter((distance) => distance === null).length;
    out.line(
      m.cli_reviews_correlation({
        reviews: count(reviews.rows.length),
        ranks: decimal(rankCorrelation, 3),
        numbers: decimal(correlation, 3),
      }),
    );
    out.line(m.cli_reviews_unit({ chance: decimal(chanceDistance, 2) }));
    if (without > 0) out.line(m.cli_reviews_without({ count: count(without) }));
    for (const [title, indices] of [
      [m.cli_reviews_predictions_differ(), reviews.predictionsDiffer],
      [m.cli_reviews_embeddings_differ(), reviews.embeddingsDiffer],
    ] as const) {
      out.line();
      out.line(title);
      for (const line of linesOf(reviews, indices.slice(0, shownReviews))) out.line(line);
    }
    for (const note of notes) out.line(note);
  },
};

const shownReviews = 10;

function reviewOf(reviews: ReviewDifferences, index: number) {
  const [first = 0, second = 0] = [reviews.first[index], reviews.second[index]];
  return {
    row: reviews.rows[index] ?? 0,
    label: reviews.labels[index] ?? 0,
    tokens: reviews.tokens[index] ?? 0,
    known: reviews.known[index] ?? 0,
    distance: reviews.distances[index] ?? null,
    probabilities: [first, second] as const,
    difference: Math.abs(first - second),
  };
}

function linesOf(reviews: ReviewDifferences, indices: readonly number[]): string[] {
  const header = [
    m.cli_column_row(),
    m.cli_column_label(),
    m.cli_column_distance(),
    m.cli_column_first(),
    m.cli_column_second(),
  ];
  const rows = indices.map((index) => {
    const { row, label, distance, probabilities } = reviewOf(reviews, index);
    const [first, second] = probabilities;
    return [
      String(row),
      String(label),
      decimal(distance, 3),
      decimal(first, 3),
      decimal(second, 3),
    ];
  });
  return table(header, rows, header);
}
