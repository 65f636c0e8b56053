import type { Transplant, TransplantControl } from '#contract/transplant.ts';
import { transplantLines } from '#core/embeddings/reading-words.ts';
import { pairedDifference, transplantReading } from '#core/embeddings/transplant-reading.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import type { Command } from './command.ts';
import { compareNamed, tableNames } from './embedding-tables.ts';
import { count, decimal, percent, table } from './text.ts';

export const embeddingsTransplant: Command = {
  name: 'embeddings transplant',
  operands: 'DONOR RECEIVER',
  least: 2,
  most: 2,
  summary: m.cli_embeddings_transplant,
  options: {},
  async run(args, { app, out }) {
    const { services } = app();
    const diff = await compareNamed(services, args.operands, out);
    const transplant = await transplanted(services, diff.diffId, (share) => {
      out.status(m.cli_embeddings_transplant_progress({ percent: Math.round(100 * share) }));
    });
    const { kind, kept, gain, directions } = transplantReading(transplant);
    const reading = diff.pairs.flatMap((pair) => {
      const { lines, evidence } = transplantLines(diff.tables, pair, transplant, tableNames(diff));
      return [...lines, ...evidence];
    });
    out.json({
      ...transplant,
      ...transplant.passes,
      verdict: { kind, kept, gain },
      directionsNeeded: directions,
      reading,
    });
    for (const line of linesOf(transplant, reading)) out.line(line);
  },
};

/** The first table in the place of the second. */
async function transplanted(
  { transplants }: App['services'],
  diffId: string,
  onShare: (share: number) => void,
): Promise<Transplant> {
  const request = { diffId, donor: 0, receiver: 1 };
  transplants.start(request);
  const timer = setInterval(() => {
    onShare(transplants.state(request).share);
  }, 1000);
  try {
    return await transplants.finished(request);
  } finally {
    clearInterval(timer);
  }
}

const names = {
  aligned: m.cli_transplant_aligned,
  raw: m.cli_transplant_raw,
  untrained: m.cli_transplant_untrained,
} as const;

function controlName({ kind, k = 0, seed = 0 }: TransplantControl): string {
  switch (kind) {
    case 'directions':
      return m.cli_transplant_directions({ k });
    case 'randomRotation':
      return m.cli_transplant_random({ seed });
    case 'permutedAxes':
      return m.cli_transplant_permuted({ seed });
  }
}

function linesOf(
  { passes, controls, reviews, wordsMoved, wordsKept, notes }: Transplant,
  reading: readonly string[],
): string[] {
  const header = [
    m.cli_column_table(),
    m.cli_column_accuracy(),
    m.cli_column_loss(),
    m.cli_column_against_own(),
    m.cli_column_flips(),
  ];
  const figures = ({ accuracy, loss }: Transplant['passes']['own']) => [
    percent(accuracy),
    decimal(loss),
  ];
  const row = (name: string, pass: Transplant['passes']['own']): string[] => {
    const { difference, margin } = pairedDifference(pass, passes.own, pass.flips, reviews);
    return [name, ...figures(pass), `${points(difference)} ± ${points(margin)}`, count(pass.flips)];
  };
  const { own, ...others } = passes;
  return [
    m.cli_transplant_words({
      moved: count(wordsMoved),
      kept: count(wordsKept.count),
      reviews: count(reviews),
    }),
    ...table(
      header,
      [
        [m.cli_transplant_own(), ...figures(own), '', ''],
        ...(['aligned', 'raw', 'untrained'] as const).map((name) =>
          row(names[name](), others[name]),
        ),
        // All directions are the aligned table.
        ...(controls ?? [])
          .filter((control) => control.flipsFromAligned > 0 || control.kind !== 'directions')
          .map((control) => row(controlName(control), control)),
      ],
      header.slice(1),
    ),
    ...reading,
    ...notes,
  ];
}

const points = (fraction: number): string => (fraction * 100).toFixed(2);
