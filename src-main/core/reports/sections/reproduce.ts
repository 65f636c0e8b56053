import { configFieldNames } from '#contract/config-fields.ts';
import type { RunConfig } from '#contract/run-config.ts';
import type { Run } from '#contract/run.ts';
import * as m from '#messages';

import { configDifferences } from '../../comparison/differences.ts';
import { program } from '../../wording/program.ts';
import { defaultConfig, flagOf } from '../../config/run-config.ts';
import type { Item } from '../document.ts';
import { figureCell, runCell, type Tell, type Told } from './told.ts';

/** Which commands train the same runs again, and how to see that they are the same. */
export const reproduce: Tell = (told) => {
  const { runs } = told;
  return [
    { kind: 'paragraph', text: m.report_reproduce_data() },
    ...trainingItems(told),
    {
      kind: 'table',
      id: 'weights',
      caption: m.report_caption_weights(),
      columns: [
        { title: m.report_column_run(), isNumber: false },
        { title: m.report_column_run_id(), isNumber: false, isUnbroken: true },
        { title: m.fields_seed(), isNumber: true },
        { title: m.common_best_weights(), isNumber: false, isUnbroken: true },
        { title: m.common_last_weights(), isNumber: false, isUnbroken: true },
      ],
      rows: runs.map((of) => ({
        runId: of.run.runId,
        cells: [
          runCell(of),
          { text: of.run.runId },
          figureCell(of.run.config.seed, String),
          { text: of.run.bestWeightsHash?.slice(0, 16) ?? '–' },
          { text: of.run.weightsHash?.slice(0, 16) ?? '–' },
        ],
      })),
      notes: [m.report_note_verify()],
    },
  ];
};

/** One sweep where every model was trained with the same seeds on the same data; else a command a run. */
function trainingItems({ models, runs, data }: Told): Item[] {
  const [dataset, ...others] = data.datasets;
  const seedsOf = (members: readonly Run[]): string =>
    members
      .map(({ config }) => config.seed)
      .sort((a, b) => a - b)
      .join();
  const [first] = models;
  const isGrid =
    dataset !== undefined &&
    others.length === 0 &&
    first !== undefined &&
    runs.length > 1 &&
    models.every(({ group }) => seedsOf(group.runs) === seedsOf(first.group.runs)) &&
    runs.every(({ run }) => run.config.startFrom === 'none');
  if (!isGrid) {
    const lines = runs.map(({ run }) => trainCommand(run));
    return [
      { kind: 'paragraph', text: m.report_reproduce_train() },
      { kind: 'code', text: lines.join('\n') },
    ];
  }
  const configs = models.map(({ group }) => group.config);
  const differing = configDifferences(configs);
  const base = setFields(configs[0] ?? defaultConfig).filter(([field]) => !(field in differing));
  const list = configs.map((config) =>
    Object.fromEntries(setFields(config, true).filter(([field]) => field in differing)),
  );
  const seeds = first.group.runs.map(({ config }) => config.seed).sort((a, b) => a - b);
  const sweep: Sweep = { dataset: dataset.dataset.datasetId, base, list, seeds };
  return [
    { kind: 'paragraph', text: m.report_reproduce_sweep() },
    { kind: 'code', text: `${program} sweep runs.json` },
    { kind: 'code', text: jsonText(sweep) },
  ];
}

/** Fields that are not as the defaults have them; all of them where several models are told apart. */
const setFields = (config: RunConfig, isWhole = false): [string, unknown][] =>
  configFieldNames
    .filter((field) => field !== 'seed' && (isWhole || config[field] !== defaultConfig[field]))
    .map((field) => [field, config[field]]);

function trainCommand({ config, datasetHash }: Run): string {
  const flags = configFieldNames
    .filter((field) => config[field] !== defaultConfig[field] || field === 'seed')
    .map((field) => `--${flagOf(field)} ${config[field]}`);
  return [`${program} train --dataset ${datasetHash.slice(0, 12)}`, ...flags].join(' ');
}

/** A field of the base, an item of the list a line. */
function jsonText(sweep: Sweep): string {
  const { dataset, base, list, seeds } = sweep;
  const fields = base.map(
    ([field, value]) => `    ${JSON.stringify(field)}: ${JSON.stringify(value)}`,
  );
  const items = list.map((item) => `    ${JSON.stringify(item)}`);
  return [
    '{',
    `  "dataset": ${JSON.stringify(dataset)},`,
    ...(fields.length === 0 ? ['  "base": {},'] : ['  "base": {', fields.join(',\n'), '  },']),
    ...(items.length < 2 ? [] : ['  "list": [', items.join(',\n'), '  ],']),
    `  "seeds": ${JSON.stringify(seeds)}`,
    '}',
  ].join('\n');
}

type Sweep = Readonly<{
  dataset: string;
  base: readonly (readonly [string, unknown])[];
  list: readonly Readonly<Record<string, unknown>>[];
  seeds: readonly number[];
}>;
