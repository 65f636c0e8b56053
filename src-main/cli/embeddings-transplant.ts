import type { Transplant } from '#contract/transplant.ts';
import { differenceFromOwn, transplantVerdict } from '#core/embeddings/transplant.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import type { Command } from './command.ts';
import { compareNamed } from './embedding-tables.ts';
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
    const { diffId } = await compareNamed(services, args.operands, out);
    const transplant = await transplanted(services, diffId, (share) => {
      out.status(m.cli_embeddings_transplant_progress({ percent: Math.round(100 * share) }));
    });
    const { passes, reviews } = transplant;
    out.json({ ...transplant, ...passes, verdict: transplantVerdict(passes, reviews) });
    const [donor, receiver] = services.diffs.get(diffId).tables;
    const isOneRun = donor?.runId == null || donor.runId === receiver?.runId;
    for (const line of linesOf(transplant)) out.line(line);
    out.line(isOneRun ? m.cli_transplant_one_run() : m.cli_transplant_two_runs());
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
  own: m.cli_transplant_own,
  aligned: m.cli_transplant_aligned,
  raw: m.cli_transplant_raw,
  untrained: m.cli_transplant_untrained,
} as const;

const sentences = {
  unread: m.cli_transplant_unread,
  asIs: m.cli_transplant_as_is,
  rotation: m.cli_transplant_rotation,
  partly: m.cli_transplant_partly,
  more: m.cli_transplant_more,
} as const;

function linesOf({ passes, reviews, wordsMoved, wordsKept, notes }: Transplant): string[] {
  const header = [
    m.cli_column_table(),
    m.cli_column_accuracy(),
    m.cli_column_loss(),
    m.cli_column_against_own(),
    m.cli_column_flips(),
  ];
  const rows = (Object.keys(names) as (keyof typeof names)[]).map((name) => {
    const pass = passes[name];
    const { difference, margin } = differenceFromOwn(pass, passes.own, reviews);
    return [
      names[name](),
      percent(pass.accuracy),
      decimal(pass.loss),
      name === 'own' ? '' : `${points(difference)} ± ${points(margin)}`,
      name === 'own' ? '' : count(pass.flips),
    ];
  });
  const { kind, kept, gain } = transplantVerdict(passes, reviews);
  return [
    m.cli_transplant_words({
      moved: count(wordsMoved),
      kept: count(wordsKept.count),
      reviews: count(reviews),
    }),
    ...table(header, rows, header.slice(1)),
    sentences[kind]({ kept: points(kept), gain: points(gain) }),
    ...notes,
  ];
}

const points = (fraction: number): string => (fraction * 100).toFixed(2);
