import type { RunConfig } from '#contract/run-config.ts';
import * as m from '#messages';

import { configDifferences } from '../../comparison/differences.ts';
import { fieldLabel, fieldValue, startText } from '../../config/field-words.ts';
import type { Table } from '../document.ts';
import type { Tell, Told } from './told.ts';

/** Up to so many models stand side by side; more of them one below another. */
const mostColumns = 6;

/** What differs between the models; what all of them have in common is told by the methods. */
export const differences: Tell = (told) => {
  const configs = told.models.map(({ group }) => group.config);
  // The variant is a name for three other settings, the seed is the replicate; threads, backend and snapshots say nothing of what was trained.
  const fields = Object.keys(configDifferences(configs)).filter((field) => !aside.has(field));
  return fields.length === 0
    ? [{ kind: 'paragraph', tone: 'nothing', text: m.report_same_configuration() }]
    : [differing(told, fields)];
};

const aside = new Set<string>(['variant', 'seed', 'threads', 'backend', 'snapshots']);

function differing(told: Told, fields: readonly string[]): Table {
  const { models } = told;
  const caption = m.report_caption_differences();
  const text = (config: RunConfig, field: string) => ({
    text: valueText(told, config, field),
  });
  const nameCell = (index: number) => {
    const model = models[index];
    return m.report_model_runs({ name: model?.name ?? '', count: model?.group.runs.length ?? 0 });
  };
  if (models.length <= mostColumns) {
    return {
      kind: 'table',
      id: 'differences',
      caption,
      columns: [
        { title: m.common_setting(), isNumber: false },
        ...models.map((_, index) => ({ title: nameCell(index), isNumber: false })),
      ],
      rows: fields.map((field) => ({
        cells: [
          { text: fieldLabel(field) },
          ...models.map(({ group }) => text(group.config, field)),
        ],
      })),
      notes: [],
    };
  }
  return {
    kind: 'table',
    id: 'differences',
    caption,
    columns: [
      { title: m.report_column_model(), isNumber: false },
      ...fields.map((field) => ({ title: fieldLabel(field), isNumber: false })),
    ],
    rows: models.map(({ group }, index) => ({
      cells: [{ text: nameCell(index) }, ...fields.map((field) => text(group.config, field))],
    })),
    notes: [],
  };
}

function valueText({ data }: Told, config: RunConfig, field: string): string {
  if (field === 'startFrom' && config.startFrom !== 'none')
    return startText(config.startFrom, data.runs);
  return fieldValue(field, config[field as keyof RunConfig] ?? null);
}
