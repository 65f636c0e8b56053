import { AppError, toFailure } from '#contract/failure.ts';
import { calls, type CallOutput } from '#contract/index.ts';
import { alignmentStrength } from '#core/embeddings/alignment-strength.ts';
import { branchWord } from '#core/words.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import { numberOption } from './arguments.ts';
import type { Command } from './command.ts';
import { compareTables, readingLines } from './embedding-tables.ts';
import { table } from './text.ts';

type SentencePanel = CallOutput<'embeddings.sentence'>['panels'][number];

export const embeddingsSentence: Command = {
  name: 'embeddings sentence',
  operands: 'RUN...',
  least: 1,
  most: 4,
  summary: m.cli_embeddings_sentence,
  options: {
    text: { value: 'T', text: m.cli_embeddings_sentence_text },
    epoch: { value: 'N', text: m.cli_embeddings_sentence_epoch },
  },
  async run(args, { app, out }) {
    const { text } = args.values;
    if (text === undefined)
      throw new AppError('invalid', m.cli_embeddings_sentence_needs_text(), { field: 'text' });
    const epoch = numberOption(args, 'epoch', { min: 0, max: 10_000 });
    const { runs, embeddings } = app().services;
    const request = calls['embeddings.sentence'].input.parse({
      runIds: args.operands.map((name) => runs.resolve(name)),
      source: { kind: 'text', text },
      epoch,
    });
    const sentence = await embeddings.sentence(request);
    const panels = sentence.panels.map(({ values, ...panel }) => ({
      ...panel,
      rows: rowsOf(values, panel.dims),
    }));
    const aligned = await alignedOf(app().services, sentence.panels, text);
    out.json({ ...sentence, isAligned: false, panels, aligned });
    for (const panel of panels) {
      out.line(
        m.cli_panel({ runId: panel.runId, branch: branchWord(panel.branch), epoch: panel.epoch }),
      );
      const rows = sentence.tokens.map((token, index) => {
        const row = panel.rows[index] ?? [];
        const shown = row
          .slice(0, 6)
          .map((value) => value.toFixed(3))
          .join(' ');
        return [
          token.word,
          String(token.id),
          Math.hypot(...row).toFixed(3),
          `${shown}${row.length > 6 ? ' …' : ''}`,
        ];
      });
      const header = [
        m.cli_column_word(),
        m.cli_column_id(),
        m.cli_column_length(),
        m.cli_column_values(),
      ];
      for (const line of table(header, rows, header.slice(1, 3))) out.line(line);
      out.line();
    }
    // Why there are no aligned rows, or what has to be known of them.
    for (const line of linesOf(aligned)) out.line(line);
  },
};

/**
 * The first three panels in one frame, with the differences of every two: rows along the frame's axes. Where the tables cannot be
 * compared, the reason.
 */
async function alignedOf(
  services: App['services'],
  panels: readonly SentencePanel[],
  text: string,
) {
  if (panels.length < 2) return null;
  try {
    const diff = await compareTables(services, {
      tables: panels.slice(0, 3).map(({ snapshotId }) => ({ kind: 'snapshot', snapshotId })),
      isKept: false,
    });
    const { diffId, pairs } = diff;
    const source = { kind: 'text', text } as const;
    const { tokens, axes, tables, differences, notes } = await services.diffs.sentence({
      diffId,
      source,
      axes: 'all',
    });
    return {
      diffId,
      tokens,
      // Rows and differences lie in the frame of all tables; `cosines` are of each pair under its own rotation.
      frame: 'common',
      cosinesFrame: 'pair',
      axisShares: axes.map(({ share }) => share),
      panels: tables.map((values, index) => ({
        snapshotId: panels[index]?.snapshotId,
        rows: rowsOf(values, axes.length),
      })),
      pairs: pairs.map((of, pair) => ({
        first: panels[of.first]?.snapshotId,
        second: panels[of.second]?.snapshotId,
        isSameFrame: of.isSameFrame,
        alignment: alignmentStrength(of),
        reading: readingLines(services, diff, of),
        cosines: tokens.map(({ cosines }) => cosines[pair] ?? null),
        difference: rowsOf(differences[pair] ?? '', axes.length),
        notes: of.notes,
      })),
      notes,
    };
  } catch (error) {
    const { kind, message } = toFailure(error);
    if (kind === 'internal') throw error;
    return { reason: message };
  }
}

function linesOf(aligned: Awaited<ReturnType<typeof alignedOf>>): string[] {
  if (aligned === null) return [];
  if ('reason' in aligned) return [aligned.reason];
  const { notes, pairs } = aligned;
  return [
    ...notes,
    ...pairs.flatMap(({ first = '', second = '', reading }) => [
      m.cli_pair({ first, second }),
      ...reading,
    ]),
  ];
}

/** Row-major [tokens, dims], float32 little-endian, base64. */
function rowsOf(base64: string, dims: number): number[][] {
  const bytes = Buffer.from(base64, 'base64');
  const rowCount = Math.floor(bytes.length / 4 / dims);
  return Array.from({ length: rowCount }, (_, row) =>
    Array.from({ length: dims }, (__, column) => bytes.readFloatLE(4 * (row * dims + column))),
  );
}
