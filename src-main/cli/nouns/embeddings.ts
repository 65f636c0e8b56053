import path from 'node:path';

import type { ReviewDifferences } from '#contract/embedding-diff.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { numberOption } from '../arguments.ts';
import { type Command, firstOf, type Noun } from '../command.ts';
import {
  embeddingsDiff,
  embeddingsSentence,
  embeddingsTransplant,
} from './embedding-comparison.ts';
import { compareNamed } from '../show/embedding-tables.ts';
import { bytes, count, decimal, table } from '../show/text.ts';

const embeddingsList: Command = {
  name: 'embeddings list',
  operands: 'RUN',
  summary: m.cli_embeddings_list,
  options: {},
  run(args, { app, out }) {
    const { runs, embeddings } = app().services;
    const runId = runs.resolve(firstOf(args));
    const best = runs.get({ runId }).best?.epoch;
    const snapshots = embeddings
      .list({ runId })
      .map((snapshot) => ({ ...snapshot, isBest: snapshot.epoch === best }));
    out.json(snapshots);
    if (snapshots.length === 0) out.line(m.cli_embeddings_none());
    else {
      const rows = snapshots.map((snapshot) => [
        snapshot.snapshotId,
        String(snapshot.epoch),
        snapshot.branch,
        count(snapshot.rows),
        String(snapshot.dims),
        snapshot.isBest ? m.cli_embeddings_is_best() : '',
      ]);
      const [epoch, tableRows, dims] = [
        m.common_epoch(),
        m.cli_column_rows(),
        m.fields_unit_dims(),
      ];
      const header = [m.cli_column_snapshot(), epoch, m.cli_column_branch(), tableRows, dims, ''];
      for (const line of table(header, rows, [epoch, tableRows, dims])) out.line(line);
    }
  },
};

const embeddingsReviews: Command = {
  name: 'embeddings reviews',
  operands: 'SNAP SNAP',
  summary: m.cli_embeddings_reviews,
  options: {},
  async run(args, { app, out }) {
    const { services } = app();
    const { diffId } = await compareNamed(services, args.operands, out);
    const reviews = await services.diffs.reviews({ diffId, pair: 0 });
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

const embeddingsExport: Command = {
  name: 'embeddings export',
  operands: 'SNAP',
  summary: m.cli_embeddings_export,
  options: {
    out: { value: 'F', text: m.cli_embeddings_export_out },
    force: { text: m.cli_data_export_force },
  },
  async run(args, { app, out, folder }) {
    const target = args.values['out'];
    if (target === undefined)
      throw new AppError('invalid', m.cli_embeddings_export_needs_out(), {
        field: 'out',
      });
    if (!/\.(npy|tsv)$/i.test(target))
      throw new AppError('invalid', m.cli_embeddings_export_ending(), {
        field: 'out',
      });
    const { embeddings } = app().services;
    const snapshotId = embeddings.resolve(firstOf(args));
    const written = await embeddings.exportTo(snapshotId, path.resolve(folder, target), {
      isForced: args.switches.has('force'),
    });
    out.json(written);
    out.line(`${written.path}: ${bytes(written.bytes)}`);
  },
};

const embeddingsImport: Command = {
  name: 'embeddings import',
  operands: 'FILE',
  summary: m.cli_embeddings_import,
  options: { name: { value: 'N', text: m.cli_embeddings_import_name } },
  async run(args, { app, out, folder }) {
    const { name } = args.values;
    const imported = await app().services.outsideTables.import({
      path: path.resolve(folder, firstOf(args)),
      ...(name === undefined ? {} : { name }),
    });
    out.json(imported);
    const { name: given, tableId, rows, dims, leftOut, isKnown, notes } = imported;
    for (const warning of notes) out.note(m.cli_warning({ warning }));
    if (isKnown) out.line(m.cli_embeddings_import_known({ name: given }));
    out.line(m.cli_embeddings_imported({ name: given, tableId, rows: count(rows), dims }));
    if (leftOut > 0) out.line(m.cli_embeddings_left_out({ count: count(leftOut) }));
  },
};

const embeddingsTables: Command = {
  name: 'embeddings tables',
  summary: m.cli_embeddings_tables,
  options: {},
  run(_, { app, out }) {
    const tables = app().services.outsideTables.list();
    out.json(tables);
    if (tables.length === 0) out.line(m.cli_embeddings_no_tables());
    else {
      const [rows, dims] = [m.cli_column_rows(), m.fields_unit_dims()];
      const header = [m.cli_column_table(), m.cli_column_name(), m.cli_column_format(), rows, dims];
      const cells = tables.map((item) => [
        item.tableId,
        item.name,
        item.format,
        count(item.rows),
        String(item.dims),
      ]);
      for (const line of table(header, cells, [rows, dims])) out.line(line);
    }
  },
};

const embeddingsThin: Command = {
  name: 'embeddings thin',
  operands: 'RUN',
  summary: m.cli_embeddings_thin,
  options: {
    every: { value: 'N', text: m.cli_embeddings_thin_every },
    trial: { text: m.cli_embeddings_thin_trial },
  },
  run(args, { app, out }) {
    const { runs } = app().services;
    const thinned = runs.thinSnapshots({
      runId: runs.resolve(firstOf(args)),
      every: numberOption(args, 'every', { min: 2, max: 10_000 }) ?? null,
      isTrial: args.switches.has('trial'),
    });
    out.json(thinned);
    const inputs = { epochs: count(thinned.epochs.length), size: bytes(thinned.bytes) };
    out.line(
      args.switches.has('trial')
        ? m.cli_embeddings_would_thin(inputs)
        : m.cli_embeddings_thinned(inputs),
    );
  },
};

export const embeddings: Noun = {
  title: m.cli_noun_embeddings,
  commands: [
    embeddingsList,
    embeddingsDiff,
    embeddingsTransplant,
    embeddingsReviews,
    embeddingsSentence,
    embeddingsExport,
    embeddingsImport,
    embeddingsTables,
    embeddingsThin,
  ],
};
