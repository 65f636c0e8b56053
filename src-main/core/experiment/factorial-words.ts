import type { Factorial } from '#contract/experiment.ts';
import * as m from '#messages';

import { variantFactors } from '../config/run-config.ts';
import { isAt } from '../statistics/factor-levels.ts';
import { pText, range, signedPoints, type WordTable } from './verdict-items.ts';

/** The seven terms over seeds, then what they rest on. */
export function factorialWords(factorial: Factorial): WordTable {
  const { terms, difference, interval, blocks, pending, notHere, look } = factorial;
  const header = [
    m.cli_column_term(),
    m.cli_column_effect(),
    m.common_95_interval(),
    m.cli_column_p(),
    m.common_p_holm(),
    m.cli_column_share(),
  ];
  const rows = terms.map((term) => [
    term.name,
    signedPoints(term.effect),
    term.interval === null ? '-' : range(term.interval),
    term.p === null ? '-' : pText(term.p),
    term.adjustedP === null ? '-' : pText(term.adjustedP),
    signedPoints(term.share),
  ]);
  const [low, high] = interval?.map(signedPoints) ?? [];
  const notes = [
    low === undefined || high === undefined
      ? m.experiments_factorial_mean({ difference: signedPoints(difference), blocks })
      : m.experiments_factorial_sum({ difference: signedPoints(difference), low, high, blocks }),
    ...(blocks < 2 ? [] : [m.experiments_factorial_over_seeds({ blocks })]),
    m.experiments_factorial_interaction(),
    sharingCaution(),
    ...(pending > 0
      ? [
          notHere > 0
            ? m.experiments_factorial_not_here({ count: notHere })
            : m.experiments_factorial_pending({ count: pending }),
        ]
      : [...factorialGaps(factorial), m.experiments_factorial_look(look)]),
    ...(look.number > look.planned ? [m.experiments_factorial_added()] : []),
  ];
  return { header, rows, notes };
}

/** A variant with one table differs from the other by more than that. */
export const sharingCaution = (): string => m.experiments_factorial_sharing();

const mostCells = 6;

/** Why a term has no test, which seeds have no part in it, and what to train. */
export function factorialGaps({ blocks, leftOut, leftOutInTrash, terms }: Factorial): string[] {
  const untrained = leftOut.flatMap(({ seed, missing }) =>
    missing
      .filter((cell) => !leftOutInTrash.some((of) => of.seed === seed && isAt(of, cell)))
      .map((cell) => m.experiments_factorial_cell({ cell: cellName(cell), seed })),
  );
  const count = leftOut.length;
  const constant = terms.filter(({ interval }) => interval === null).length;
  return [
    ...(blocks < 2
      ? [m.experiments_factorial_too_few({ blocks })]
      : constant > 0
        ? [m.experiments_factorial_constant({ count: constant })]
        : []),
    ...(count === 0
      ? []
      : [
          [
            m.experiments_factorial_left_out({ count }),
            ...(leftOutInTrash.length === 0
              ? []
              : [
                  m.experiments_factorial_restore({
                    count: leftOutInTrash.length,
                    names: firstOf(leftOutInTrash.map(({ name }) => name)),
                    runIds: leftOutInTrash.map(({ runId }) => runId).join(' '),
                  }),
                ]),
            ...(untrained.length === 0
              ? []
              : [m.experiments_factorial_train({ count, cells: firstOf(untrained) })]),
          ].join(' '),
        ]),
  ];
}

/** The first few, and how many more there are. */
function firstOf(names: readonly string[]): string {
  const rest = names.length - mostCells;
  return [
    ...names.slice(0, mostCells),
    ...(rest > 0 ? [m.experiments_factorial_more({ count: rest })] : []),
  ].join(', ');
}

/** "separate same none", as the names of its runs have it. */
function cellName({
  embedding,
  padding,
  head,
}: Factorial['leftOut'][number]['missing'][number]): string {
  const { A, B } = variantFactors;
  return [
    (embedding ? B : A).embedding,
    (padding ? B : A).convPadding,
    (head ? B : A).cnnHead,
  ].join(' ');
}
