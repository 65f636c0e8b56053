import type { FieldOf } from '#contract/config-fields.ts';
import type { SectionKind } from '#contract/report.ts';
import type { RunConfig } from '#contract/run-config.ts';
import * as m from '#messages';

import { adam } from '../../model/adam.ts';
import { layersOf } from '../../architecture/drawing.ts';
import { layerDetail, layerName } from '../../architecture/words.ts';
import { startText } from '../../config/field-words.ts';
import { count } from '../../wording/number-text.ts';
import { hasLstm } from '../../model/shapes.ts';
import type { Item } from '../document.ts';
import { drawnModels } from './architecture.ts';
import { dataMethods } from './methods-data.ts';
import { statisticsMethods } from './methods-statistics.ts';
import { bibliography, type Cite, type Work } from './references.ts';
import type { Tell, Told } from './told.ts';

/** How the data were read, the models trained and compared: whole sentences, for a thesis; every value is a stored one. */
export const methods: Tell = (told) => {
  const { cite, cited } = bibliography();
  namedElsewhere(told).forEach(cite);
  const part = (text: string, items: readonly Item[]): Item[] =>
    items.length === 0 ? [] : [{ kind: 'subheading', text }, ...items];
  return [
    ...dataMethods(told, cite),
    ...part(m.report_methods_network(), network(told, cite)),
    ...part(m.report_methods_training(), [paragraph(training(told, cite))]),
    ...part(m.report_methods_statistics(), statisticsMethods(told, cite)),
    ...part(m.report_methods_software(), [{ kind: 'list', items: software(told) }]),
    ...part(m.report_methods_references(), [{ kind: 'list', items: cited() }]),
  ];
};

/** Works whose methods other sections of the report name. */
function namedElsewhere({ data }: Told): Work[] {
  const has = (kind: SectionKind): boolean => data.spec.blocks.some((block) => block.kind === kind);
  return [
    ...(has('metrics') ? (['calibration', 'brier'] as const) : []),
    ...(has('metrics') && data.baselines.length > 0 ? (['wilson'] as const) : []),
    ...(has('vocabulary') && data.embeddings !== null
      ? (['procrustes', 'cka', 'rsa'] as const)
      : []),
  ];
}

/** More networks than these are a table of the section about the architecture. */
const mostNetworks = 8;

function network({ models, runs, data }: Told, cite: Cite): Item[] {
  const networks = drawnModels(models);
  const isRecurrent = models.some(({ group }) => hasLstm(group.config));
  const shown = networks.slice(0, mostNetworks).map(({ config, names }) => {
    const layers = layersOf(config).flatMap((layer) => {
      const detail = layerDetail(layer, config);
      const name = layerName(layer, config);
      return layer.kind === 'input' ? [] : [detail === '' ? name : `${name} (${detail})`];
    });
    return m.report_methods_layers({
      names: names.slice(0, 6).join(', '),
      layers: layers.join('; '),
    });
  });
  const hidden = networks.length - shown.length;
  const starts = runs.flatMap(({ run: { config }, name }) =>
    config.startFrom === 'none'
      ? []
      : [m.report_methods_start({ name, start: startText(config.startFrom, data.runs) })],
  );
  return [
    paragraph([m.report_methods_layers_of({ count: networks.length })]),
    { kind: 'list', items: shown },
    ...(hidden > 0 ? [paragraph([m.report_more_models({ count: hidden })])] : []),
    paragraph([
      m.report_methods_initial({ glorot: cite('glorot') }),
      isRecurrent
        ? m.report_methods_initial_lstm({
            orthogonal: cite('orthogonal'),
            forgetBias: cite('forgetBias'),
          })
        : m.report_methods_initial_biases(),
      m.report_methods_initial_seed(),
      ...starts,
    ]),
  ];
}

function training({ models, runs, data }: Told, cite: Cite): string[] {
  const configs = models.map(({ group }) => group.config);
  const values = (field: 'learningRate' | 'batchSize' | 'epochs' | 'minDelta'): string =>
    either(configs.map((config) => plain(config[field])));
  const seeds = [...new Set(runs.map(({ run }) => run.config.seed))].sort((a, b) => a - b);
  const sentences: Record<FieldOf<'training'>, readonly string[]> = {
    learningRate: [
      m.report_methods_adam({ adam: cite('adam'), rate: values('learningRate'), ...adam }),
      m.report_methods_adam_rows(),
    ],
    clipNorm: [clipping(configs)],
    batchSize: [m.report_methods_batches({ batch: values('batchSize') })],
    epochs: [
      ...stopping(configs, values('epochs'), values('minDelta')),
      data.spec.weights === 'best' ? m.report_methods_best() : m.report_methods_last(),
    ],
    patience: [],
    minDelta: [],
    seed: [m.report_methods_seeds({ count: seeds.length, seeds: seedsText(seeds) })],
    // Told with the data.
    validation: [],
    // Nothing is trained by it.
    snapshots: [],
  };
  return [m.report_methods_loss(), ...Object.values(sentences).flat()];
}

/** 0.001, 25,000 */
const plain = (value: number): string => (Number.isInteger(value) ? count(value) : String(value));

function clipping(configs: readonly RunConfig[]): string {
  const norms = configs.flatMap(({ clipNorm }) => (clipNorm === 'none' ? [] : [plain(clipNorm)]));
  if (norms.length === 0) return m.report_methods_not_clipped();
  return norms.length === configs.length
    ? m.report_methods_clipped({ norm: either(norms) })
    : m.report_methods_clipped_some({ norm: either(norms) });
}

function stopping(configs: readonly RunConfig[], epochs: string, minDelta: string): string[] {
  const patiences = configs.flatMap(({ patience }) =>
    patience === 'none' ? [] : [plain(patience)],
  );
  if (patiences.length === 0) return [m.report_methods_all_epochs({ epochs })];
  return [
    m.report_methods_epochs({ epochs }),
    minDelta === '0'
      ? m.report_methods_patience_any({ patience: either(patiences) })
      : m.report_methods_patience({ patience: either(patiences), minDelta }),
    ...(patiences.length < configs.length ? [m.report_methods_patience_some()] : []),
  ];
}

function software({ runs, data }: Told): string[] {
  const sentences = new Map<string, number>();
  for (const { run } of runs) {
    const { versions, backend } = run;
    const text =
      versions === null
        ? m.report_methods_no_versions()
        : [
            m.report_versions({
              ...versions,
              tensorflow: versions.tensorflow ?? m.fields_value_none(),
              backend: backend ?? m.fields_value_none(),
            }),
            versions.machine === undefined
              ? m.report_methods_no_machine()
              : m.report_methods_machine({ machine: versions.machine }),
          ].join(' ');
    sentences.set(text, (sentences.get(text) ?? 0) + 1);
  }
  const all = [...sentences].map(([text, runCount]) =>
    sentences.size === 1 ? text : m.report_methods_some_runs({ count: runCount, text }),
  );
  return [...all, m.report_written_with({ version: data.twofoldVersion })];
}

/** "1, 2, 3", or "1 to 100" where none is left out. */
export function seedsText(seeds: readonly number[]): string {
  const [first = 0, last = 0] = [seeds[0], seeds.at(-1)];
  return seeds.length > 4 && last - first === seeds.length - 1
    ? m.report_range({ first, last })
    : seeds.join(', ');
}

/** "0.001", "0.001 or 0.002": each value once. */
export function either(values: readonly string[]): string {
  const [last = '', ...before] = [...new Set(values)].toReversed();
  return before.length === 0
    ? last
    : m.report_methods_either({ values: before.toReversed().join(', '), last });
}

export const paragraph = (sentences: readonly string[]): Item => ({
  kind: 'paragraph',
  text: sentences.join(' '),
});
