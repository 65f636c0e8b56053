import type { ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { decideLabels, labelOf, type LabelMapping } from '#core/table/labels.ts';
import * as m from '#messages';

import { listed } from './choose-columns.ts';
import type { Values } from './column-values.ts';
import { badRow, flagOf, grouped, placeOf, quoted, type Table } from '../table.ts';

/** What the labels of a table are; a row with another one is refused where it stands. */
export function decideMapping(table: Table, labels: Values, request: ImportRequest): LabelMapping {
  const decision = decideLabels(labels.counts, request);
  if (decision.kind !== 'decided') throw undecided(table, labels, request, decision.kind);
  const { mapping } = decision;
  const strays = labels.keys.flatMap((key, code) => (labelOf(mapping, key) === null ? [code] : []));
  const [stray] = strays;
  if (stray === undefined) return mapping;
  const [first, ...others] = labels.places[stray] ?? [];
  if (first === undefined) throw new Error('A label without a row.');
  const more = (labels.counts.get(labels.keys[stray] ?? '') ?? 1) - 1;
  const places = [
    ...others.map(placeOf),
    ...(more > others.length
      ? [m.datasets_more_rows({ count: grouped(more - others.length) })]
      : []),
  ];
  const also = more === 0 ? '' : m.datasets_also_in({ places: places.join(', ') });
  const label = quoted(labels.shown[stray]);
  const drop = flagOf('--drop-label', labels.shown[stray] ?? '');
  if (mapping.kind === 'threshold') {
    throw badRow(table, first, ({ where }) => m.datasets_row_no_number({ where, label, also }), {
      flag: drop,
    });
  }
  const known = [mapping.negative, mapping.positive].map((key) => quoted(shownOf(labels, key)));
  const [negative = '', positive = ''] = known;
  throw badRow(
    table,
    first,
    ({ where }) => m.datasets_row_third_label({ where, label, also, negative, positive }),
    { flag: m.datasets_flag_or({ flag: drop, other: '--label-column C' }) },
  );
}

function undecided(
  table: Table,
  labels: Values,
  request: ImportRequest,
  reason: 'ratings' | 'unknown' | 'unclear',
): AppError {
  const facts = { source: table.sourceName, labels: listed(labels.shown.map(quoted)) };
  if (request.positive !== undefined || request.negative !== undefined) {
    return new AppError('invalid', m.datasets_labels_name_two(facts), {
      field: 'positive',
      flag: '--negative V --positive V',
    });
  }
  if (reason === 'unknown') {
    const [one = '', other = ''] = labels.shown;
    const flag = `${flagOf('--negative', one)} ${flagOf('--positive', other)}`;
    return new AppError('badInput', m.datasets_labels_which(facts), {
      field: 'positive',
      flag: m.datasets_flag_turned({ flag }),
    });
  }
  const third = labels.places[2]?.[0];
  const where = third === undefined ? '' : m.datasets_third_in({ place: placeOf(third) });
  if (reason === 'ratings') {
    return new AppError('badInput', m.datasets_labels_ratings({ ...facts, where }), {
      field: 'threshold',
      flag: '--threshold X --drop-label X',
    });
  }
  return new AppError('badInput', m.datasets_labels_too_many({ ...facts, where }), {
    field: 'labelColumn',
    flag: m.datasets_flag_or({
      flag: '--negative V --positive V --drop-label V',
      other: '--label-column C',
    }),
  });
}

const shownOf = (labels: Values, key: string): string =>
  labels.shown[labels.keys.indexOf(key)] ?? key;
