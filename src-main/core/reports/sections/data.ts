import * as m from '#messages';

import { count, percent } from '../../number-text.ts';
import type { Item } from '../document.ts';
import type { Tell } from './told.ts';

/** Every dataset: what is in it, which bytes exactly, and what the runs make of it. */
export const data: Tell = ({ data: { datasets, runs } }) =>
  datasets.flatMap(({ dataset, fits }): Item[] => {
    const split = ({ count: all, positive }: { count: number; positive: number }): string =>
      m.report_split({ count: count(all), positive: count(positive) });
    const { splits } = dataset;
    const largest = Math.max(splits.train.count, splits.test.count);
    const limits = new Set(
      runs.flatMap(({ dataset: of, config: { limit } }) =>
        of === dataset.datasetId && limit !== 'none' && limit < largest ? [limit] : [],
      ),
    );
    const uses = [
      ...[...limits].sort((a, b) => a - b).map((limit) => m.report_limit({ count: count(limit) })),
      ...fits.map(({ maxLength, numWords, percentWhole, oovPercent }) =>
        m.report_fit({
          length: count(maxLength),
          words: count(numWords),
          whole: percent(percentWhole),
          unknown: percent(oovPercent),
        }),
      ),
    ];
    return [
      { kind: 'subheading', text: dataset.name },
      {
        kind: 'facts',
        rows: [
          [m.report_fact_train(), split(splits.train)],
          ...(splits.validation === undefined
            ? []
            : [[m.report_fact_validation(), split(splits.validation)] as const]),
          [m.report_fact_test(), split(splits.test)],
          [
            m.report_fact_vocabulary(),
            m.report_vocabulary({ count: count(dataset.vocabularySize) }),
          ],
          [m.report_fact_format(), dataset.format],
          [m.report_fact_pipeline(), m.report_pipeline(dataset.pipeline)],
          [m.report_fact_hash(), dataset.contentHash],
        ],
      },
      ...(uses.length === 0 ? [] : [{ kind: 'list', items: uses } satisfies Item]),
      ...(dataset.warnings.length === 0
        ? []
        : [
            { kind: 'subheading', text: m.report_data_warnings() } satisfies Item,
            { kind: 'list', items: dataset.warnings } satisfies Item,
          ]),
    ];
  });
