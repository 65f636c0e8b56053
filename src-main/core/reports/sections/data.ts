import * as m from '#messages';

import { count } from '../../wording/number-text.ts';
import type { Item } from '../document.ts';
import type { Tell } from './told.ts';

/** Every dataset as it was imported: what is in it, and what its import noticed. */
export const data: Tell = ({ data: { datasets } }) =>
  datasets.flatMap(({ dataset }): Item[] => {
    const split = ({ count: all, positive }: { count: number; positive: number }): string =>
      m.report_split({ count: count(all), positive: count(positive) });
    const { splits } = dataset;
    return [
      { kind: 'subheading', text: dataset.name },
      {
        kind: 'facts',
        rows: [
          [m.report_fact_train(), split(splits.train)],
          ...(splits.validation === undefined
            ? []
            : [[m.common_validation(), split(splits.validation)] as const]),
          [m.common_test(), split(splits.test)],
          [m.fields_num_words(), m.report_vocabulary({ count: count(dataset.vocabularySize) })],
          [m.report_fact_format(), dataset.format],
          [m.report_fact_pipeline(), m.report_pipeline(dataset.pipeline)],
        ],
      },
      ...(dataset.warnings.length === 0
        ? []
        : [
            { kind: 'subheading', text: m.report_data_warnings() } satisfies Item,
            { kind: 'list', items: dataset.warnings } satisfies Item,
          ]),
    ];
  });
