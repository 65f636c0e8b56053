import {
  configField,
  type ConfigFieldName,
  type HintedFieldName,
} from '#contract/config-fields.ts';
import type { Dataset } from '#contract/dataset.ts';
import type { RunConfig } from '#contract/run-config.ts';
import type { Settings, SystemInfo } from '#contract/settings.ts';
import { convPositions } from '#core/model/shapes.ts';
import { bytes, count, percent } from '#core/wording/number-text.ts';
import * as m from '#messages';

import { splitSizes } from '../../state/new-run/plan.ts';

export type HintContext = Readonly<{
  config: RunConfig;
  seedCount: number;
  /** It starts from another run's weights. */
  isStarted: boolean;
  dataset: Dataset | undefined;
  fit: Readonly<{ percentWhole: number; cutCount: number; oovPercent: number }> | undefined;
  system: SystemInfo | undefined;
  settings: Settings;
}>;

/** Rates above it made Adam unstable often enough that it is worth a word; it is no bound. */
const highRate = 0.01;

/** What the present value of a field does, in at most two short lines. */
export function hintFor(field: ConfigFieldName, context: HintContext): string {
  const { hint } = configField(field);
  return hint === undefined
    ? withFigures[field as UnhintedFieldName](context)
    : hint({ value: String(context.config[field]) });
}

type UnhintedFieldName = Exclude<ConfigFieldName, HintedFieldName>;

/** What the table of fields cannot say: it takes other fields, the data or the machine. */
const withFigures: Record<UnhintedFieldName, (context: HintContext) => string> = {
  maxLength: ({ fit, config }) => {
    if (fit === undefined) return m.new_run_hint_length_plain();
    if (fit.cutCount === 0) return m.new_run_hint_length_all();
    return m.new_run_hint_length({
      percent: percent(fit.percentWhole),
      count: count(fit.cutCount),
      side: config.truncating === 'pre' ? m.new_run_side_start() : m.new_run_side_end(),
    });
  },
  numWords: ({ fit }) =>
    fit === undefined
      ? m.new_run_hint_words_plain()
      : m.new_run_hint_words({ percent: percent(fit.oovPercent) }),
  limit: ({ config, dataset }) => {
    if (config.limit === 'none') return m.new_run_hint_limit_none();
    const sizes = Object.values(dataset?.splits ?? {}).map((split) => split?.count ?? 0);
    return sizes.length > 0 && config.limit >= Math.max(...sizes)
      ? m.new_run_hint_limit_all()
      : m.new_run_hint_limit();
  },
  subset: ({ config }) => {
    if (config.limit === 'none' && typeof config.validation !== 'number')
      return m.new_run_hint_subset_none();
    return config.subset === 'fixed' ? m.new_run_hint_subset_fixed() : m.new_run_hint_subset_seed();
  },
  convPadding: ({ config }) => {
    const positions = count(convPositions(config));
    return config.convPadding === 'same'
      ? m.new_run_hint_same({ positions })
      : m.new_run_hint_valid({ positions });
  },
  cnnHead: ({ config }) =>
    config.cnnHead === 'none'
      ? m.new_run_hint_head_none()
      : m.new_run_hint_head_dense({
          units: count(config.hiddenUnits),
          dropout: config.denseDropout,
        }),
  embeddingDim: ({ config }) => {
    const dims = count(config.embeddingDim);
    return config.embedding === 'separate'
      ? m.new_run_hint_dims_table({ dims })
      : m.new_run_hint_dims({ dims });
  },
  filters: ({ config }) => m.new_run_hint_kernel({ kernel: config.kernelSize }),
  kernelSize: ({ config }) => m.new_run_hint_kernel({ kernel: config.kernelSize }),
  hiddenUnits: ({ config }) =>
    config.cnnHead === 'dense'
      ? m.new_run_hint_units_dense()
      : m.new_run_hint_units({ width: count(2 * config.hiddenUnits) }),
  embeddingDropout: ({ config }) =>
    config.embedding === 'separate'
      ? m.new_run_hint_embedding_dropout_own()
      : m.new_run_hint_embedding_dropout_one(),
  denseDropout: ({ config }) =>
    config.cnnHead === 'dense'
      ? m.new_run_hint_dense_dropout()
      : m.new_run_hint_dense_dropout_off(),
  batchSize: (context) => {
    const steps = stepsPerEpoch(context);
    return steps === null
      ? m.new_run_hint_steps_plain()
      : m.new_run_hint_steps({ steps: count(steps) });
  },
  epochs: ({ config }) =>
    config.patience === 'none' ? m.new_run_hint_epochs_all() : m.new_run_hint_epochs_early(),
  learningRate: ({ config }) =>
    config.learningRate > highRate ? m.new_run_hint_rate_high() : m.new_run_hint_rate(),
  seed: ({ config, seedCount, isStarted }) =>
    seedCount === 1
      ? isStarted
        ? m.new_run_hint_seed_started()
        : m.new_run_hint_seed()
      : m.new_run_hint_seeds({ first: config.seed, last: config.seed + seedCount - 1 }),
  validation: ({ config, dataset }) => {
    if (config.validation === 'test') return m.new_run_hint_test();
    if (config.validation === 'own') {
      return m.new_run_hint_own({ count: count(dataset?.splits.validation?.count ?? 0) });
    }
    return dataset === undefined
      ? ''
      : m.new_run_hint_hold_out({
          count: count(splitSizes(config, dataset.splits.train.count).heldOut),
        });
  },
  snapshots: ({ config: { snapshots }, settings }) => {
    const limit = bytes(settings.snapshotLimitBytes);
    if (snapshots === 'ends') return m.new_run_hint_snapshots_ends();
    return snapshots === 'every'
      ? m.new_run_hint_snapshots_every({ limit })
      : m.new_run_hint_snapshots_some({ count: snapshots, twice: 2 * snapshots, limit });
  },
  threads: ({ config, system }) =>
    config.threads === 'auto' || system === undefined
      ? m.new_run_hint_threads_auto()
      : m.new_run_hint_threads({ count: count(system.threads) }),
  backend: ({ config, system }) => {
    if (config.backend === 'wasm' || system?.backend === 'wasm')
      return m.new_run_hint_backend_wasm();
    const version = system?.tensorflow ?? null;
    return version === null
      ? m.new_run_hint_backend_native_plain()
      : m.new_run_hint_backend_native({ version });
  },
};

export function stepsPerEpoch({
  config,
  dataset,
}: Pick<HintContext, 'config' | 'dataset'>): number | null {
  if (dataset === undefined) return null;
  return Math.ceil(splitSizes(config, dataset.splits.train.count).train / config.batchSize);
}
