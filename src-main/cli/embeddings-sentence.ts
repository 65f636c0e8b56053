import { AppError } from '#contract/failure.ts';
import { calls } from '#contract/index.ts';
import * as m from '#messages';

import { numberOption } from './arguments.ts';
import type { Command } from './command.ts';
import { table } from './text.ts';

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
    out.json({ ...sentence, isAligned: false, panels });
    for (const panel of panels) {
      out.line(m.cli_panel({ runId: panel.runId, branch: panel.branch, epoch: panel.epoch }));
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
  },
};

/** Row-major [tokens, dims], float32 little-endian, base64. */
function rowsOf(base64: string, dims: number): number[][] {
  const bytes = Buffer.from(base64, 'base64');
  const rowCount = Math.floor(bytes.length / 4 / dims);
  return Array.from({ length: rowCount }, (_, row) =>
    Array.from({ length: dims }, (__, column) => bytes.readFloatLE(4 * (row * dims + column))),
  );
}
