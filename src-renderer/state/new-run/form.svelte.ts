import { z } from 'zod';

import type { ConfigFieldName } from '#contract/config-fields.ts';
import type { Dataset } from '#contract/dataset.ts';
import type { RunConfig, RunConfigInput } from '#contract/run-config.ts';
import type { RunSummary } from '#contract/run.ts';
import type { SystemInfo } from '#contract/settings.ts';
import { possibleLooks } from '#core/experiment/planned-looks.ts';
import { readFieldText, resolveConfig, variantFactors, variantOf } from '#core/run-config.ts';
import { misfits, startPointOf } from '#core/start-from.ts';
import { expandSweep } from '#core/sweep/expand.ts';

import {
  bases,
  changedFields,
  drawableConfig,
  factorNames,
  inputOf,
  isSingle,
  maxSeedCount,
  plannedRuns,
  planNames,
  presetOf,
  runCount,
  sideOf,
  textsOf,
  writtenValue,
  type FieldTexts,
  type PlanName,
} from './plan.ts';
import {
  firstText,
  hasScale,
  sweepKinds,
  sweepOf,
  variableFields,
  type Scale,
  type SweepKind,
  type VariedField,
} from './sweep.ts';
import { fieldValue } from '#core/field-words.ts';
import * as m from '#messages';

import { remember, remembered } from '../remembered.ts';
import { SlurmForm, slurmFields, type SlurmField } from '../slurm-form.svelte.ts';

export type BaseName = 'defaults' | 'original' | 'run';
export type FormField =
  | ConfigFieldName
  | 'seedCount'
  | 'datasetId'
  | 'startFrom'
  | 'draws'
  | 'marginPoints'
  | `vary:${string}`
  | `slurm:${SlurmField}`;

/** What is typed into the New run screen. It lives with the app, so that a look at another screen loses nothing. */
export class NewRunForm {
  plan = $state<PlanName>('A');
  /** Which variant is drawn where the plan trains both. */
  shownVariant = $state<'A' | 'B'>('A');
  baseName = $state<BaseName>('defaults');
  name = $state('');
  datasetId = $state<string | undefined>();
  seedCount = $state('1');
  /** How often the verdict is to be looked at, where the seeds allow it. */
  wantedLooks = $state(1);
  /** What is too small to matter, in points; empty: as in the settings. */
  marginText = $state('');
  /** As in the configuration: another run's weights, or `none`. */
  startFrom = $state('none');
  texts = $state<FieldTexts>(presetOf(bases.defaults, 'A'));
  /** Fields with several values: each configuration is a run of its own. */
  varied = $state.raw<readonly VariedField[]>([]);
  sweepKind = $state<SweepKind>('grid');
  draws = $state('20');
  drawSeed = $state('1');
  touched = $state.raw<ReadonlySet<FormField>>(new Set());
  loadedRun = $state.raw<Pick<RunSummary, 'runId' | 'name'> | undefined>();
  readonly slurm = new SlurmForm();
  /** The dataset that the choice of validation was made for. */
  validatedId = $state.raw<string | undefined>();
  readonly #datasets: () => readonly Dataset[] | undefined;
  readonly #system: () => SystemInfo | undefined;
  readonly #runs: () => readonly RunSummary[] | undefined;
  #baseConfig = $state.raw<RunConfig>(bases.defaults);

  constructor(
    datasets: () => readonly Dataset[] | undefined,
    system: () => SystemInfo | undefined,
    runs: () => readonly RunSummary[] | undefined,
  ) {
    this.#datasets = datasets;
    this.#system = system;
    this.#runs = runs;
    this.#restore();
  }

  readonly dataset = $derived.by(() => {
    const datasets = this.#datasets();
    return (
      datasets?.find((dataset) => dataset.datasetId === this.datasetId) ??
      datasets?.find(({ isHere }) => isHere) ??
      datasets?.[0]
    );
  });

  readonly #usualValidation = $derived(
    this.dataset?.splits.validation === undefined ? defaultShare : 'own',
  );
  /** The variant whose preset single-run changes are counted against, or that is drawn of a pair. */
  readonly variant: 'A' | 'B' = $derived(isSingle(this.plan) ? this.plan : this.shownVariant);
  /** Where only the embedding differs, padding and head are those of A unless somebody changes them. */
  readonly preset = $derived.by(() => {
    const preset = presetOf(
      this.#baseConfig,
      this.plan === 'embedding' || this.plan === 'capacity' ? 'A' : this.variant,
    );
    return this.baseName === 'defaults' ? { ...preset, validation: this.#usualValidation } : preset;
  });
  readonly changes = $derived(changedFields(this.texts, this.preset, this.plan));
  readonly changeCount = $derived(
    this.changes.length +
      this.varied.length +
      (this.startFrom === this.#baseConfig.startFrom ? 0 : 1),
  );
  readonly seeds = $derived(this.seedCountError === undefined ? Number(this.seedCount) : 1);
  /** Null where no field is varied. */
  readonly sweep = $derived(
    this.varied.length === 0
      ? null
      : sweepOf({
          texts: this.texts,
          plan: this.plan,
          startFrom: this.startFrom,
          seedCount: this.seeds,
          kind: this.sweepKind,
          varied: this.varied,
          draws: this.draws,
          drawSeed: this.drawSeed,
        }),
  );
  readonly expanded = $derived(this.sweep === null ? null : expandSweep(this.sweep));
  readonly runCount = $derived(
    this.expanded?.ok === true ? this.expanded.configs.length : runCount(this.plan, this.seeds),
  );
  /** Only pairs of two configurations have a verdict to look at. */
  readonly possibleLooks = $derived(
    !isSingle(this.plan) && this.sweep === null ? possibleLooks(this.seeds) : [1],
  );
  readonly looks = $derived(this.possibleLooks.includes(this.wantedLooks) ? this.wantedLooks : 1);

  readonly dim = $derived(drawableConfig(this.texts, this.preset).embeddingDim);
  /** Null where it is as the settings have it, or wrong. */
  readonly marginPoints = $derived(
    this.marginText.trim() === '' || this.marginError !== undefined
      ? null
      : Number(this.marginText),
  );

  /** The texts with the factors of what is drawn. */
  readonly shownTexts: FieldTexts = $derived(
    isSingle(this.plan)
      ? this.texts
      : { ...this.texts, ...textsOfSide(sideOf(this.plan, this.shownVariant, this.dim)) },
  );
  /** A configuration that can be drawn whatever is typed. */
  readonly drawable = $derived(drawableConfig(this.shownTexts, this.preset));
  /** Null while something is wrong. */
  readonly config: RunConfig | null = $derived.by(() => {
    const resolved = resolveConfig(inputOf(this.shownTexts));
    return resolved.ok && this.errors.size === 0 ? resolved.config : null;
  });

  /** One sentence a field that is wrong, touched or not. */
  readonly errors: ReadonlyMap<FormField, string> = $derived.by(() => {
    const resolved = resolveConfig(inputOf(this.shownTexts));
    const errors = new Map<FormField, string>(
      resolved.ok ? [] : resolved.errors.map(({ field, message }) => [field as FormField, message]),
    );
    const datasets = this.#datasets();
    const system = this.#system();
    if (datasets?.length === 0) errors.set('datasetId', m.new_run_error_no_data());
    if (this.dataset?.isHere === false)
      errors.set('datasetId', m.data_not_here({ name: this.dataset.name }));
    if (
      this.texts.validation === 'own' &&
      this.dataset !== undefined &&
      this.dataset.splits.validation === undefined
    ) {
      errors.set('validation', m.new_run_error_no_own_split());
    }
    if (this.texts.backend === 'native' && system?.backend === 'wasm') {
      errors.set('backend', system.backendReason ?? m.new_run_error_no_native());
    }
    if (this.marginError !== undefined) errors.set('marginPoints', this.marginError);
    if (this.seedCountError !== undefined) errors.set('seedCount', this.seedCountError);
    for (const [field, message] of this.sweepErrors) errors.set(field, message);
    for (const [field, message] of this.slurm.errors) errors.set(`slurm:${field}`, message);
    for (const [field, message] of this.startErrors)
      if (!errors.has(field)) errors.set(field, message);
    return errors;
  });

  /** By the field that is varied; what is wrong with the whole stands with the first. */
  readonly sweepErrors: ReadonlyMap<FormField, string> = $derived.by(() => {
    const errors = new Map<FormField, string>();
    const [first] = this.varied;
    if (first === undefined) return errors;
    const isWhole = [this.draws, this.drawSeed].every((text) => /^[1-9]\d*$/.test(text.trim()));
    if (this.sweepKind === 'random' && !isWhole)
      return errors.set('draws', m.new_run_error_draws());
    if (this.expanded?.ok !== false) return errors;
    for (const { field, message } of this.expanded.errors) {
      // What the form itself says of a field that is not varied.
      if (field.startsWith('base.') || field === 'seeds') continue;
      const varied = this.varied.find((of) => field.split('.').includes(of.field)) ?? first;
      const key = `vary:${varied.field}` as const;
      if (!errors.has(key)) errors.set(key, message);
    }
    return errors;
  });

  readonly startPoint = $derived(startPointOf(this.startFrom));

  /** Why the weights of another run cannot be taken over, by the field that is in the way. */
  readonly startErrors: ReadonlyMap<FormField, string> = $derived.by(() => {
    const start = this.startPoint;
    const runs = this.#runs();
    if (start === null || runs === undefined) return new Map();
    const source = runs.find((run) => run.runId === start.runId);
    if (source === undefined) return new Map([['startFrom', m.new_run_start_gone()]]);
    if (!isSingle(this.plan)) return new Map([['startFrom', m.new_run_start_plan()]]);
    if (this.dataset !== undefined && this.dataset.contentHash !== source.datasetHash) {
      return new Map([['startFrom', m.new_run_start_data({ dataset: source.datasetName })]]);
    }
    return new Map(
      misfits(source.config, this.drawable).map((field) => [
        field,
        m.new_run_start_misfit({ value: fieldValue(field, source.config[field]) }),
      ]),
    );
  });

  /** Of a band that is shown. */
  get marginError(): string | undefined {
    const text = this.marginText.trim();
    const value = Number(text);
    const isAsked = !isSingle(this.plan) && this.seeds > 1 && text !== '';
    return isAsked && !(value >= 0 && value <= 10) ? m.compare_what_if_bounds() : undefined;
  }

  get seedCountError(): string | undefined {
    const value = Number(this.seedCount);
    const isFine =
      this.seedCount.trim() !== '' &&
      Number.isInteger(value) &&
      value >= 1 &&
      value <= maxSeedCount;
    return isFine ? undefined : m.new_run_error_seed_count({ max: maxSeedCount });
  }

  /** Errors appear when a field has been left once, then with every key. */
  shownError(field: FormField): string | undefined {
    return this.touched.has(field) ? this.errors.get(field) : undefined;
  }

  touch(...fields: FormField[]): void {
    this.slurm.touch(...slurmFields.filter((field) => fields.includes(`slurm:${field}`)));
    this.touched = new Set([...this.touched, ...fields]);
  }

  /** A field is left: its errors show from now on, and a number is written as numbers are. */
  leave(field: ConfigFieldName): void {
    this.touch(field);
    if (!this.errors.has(field))
      this.texts[field] = writtenValue(readFieldText(field, this.texts[field]));
  }

  set(field: ConfigFieldName, text: string): void {
    this.texts[field] = text;
    const variant = variantOf(this.texts);
    if (isSingle(this.plan) && variant !== null) this.plan = variant;
  }

  isVaried(field: ConfigFieldName): boolean {
    return this.varied.some((of) => of.field === field);
  }

  vary(field: ConfigFieldName): void {
    const scale: Scale = 'values';
    const text = firstText(field, scale, readFieldText(field, this.texts[field]));
    this.varied = [...this.varied, { field, scale, text, isTouched: false }];
  }

  changeVaried(
    field: ConfigFieldName,
    change: Partial<Pick<VariedField, 'text' | 'isTouched'>>,
  ): void {
    this.varied = this.varied.map((of) => (of.field === field ? { ...of, ...change } : of));
  }

  rescale(field: ConfigFieldName, scale: Scale): void {
    const text = firstText(field, scale, readFieldText(field, this.texts[field]));
    this.varied = this.varied.map((of) => (of.field === field ? { ...of, scale, text } : of));
  }

  chooseSweepKind(kind: SweepKind): void {
    this.sweepKind = kind;
    for (const { field, scale } of this.varied) {
      if (kind === 'grid' && scale !== 'values') this.rescale(field, 'values');
      if (kind === 'random' && scale === 'values' && hasScale(field))
        this.rescale(field, 'uniform');
    }
  }

  unvary(field: ConfigFieldName): void {
    this.varied = this.varied.filter((of) => of.field !== field);
  }

  /** Another dataset has another usual way to validate; a way that somebody chose, and that it has too, stays. */
  followDataset(): void {
    const { dataset, validatedId } = this;
    if (dataset === undefined || dataset.datasetId === validatedId) return;
    this.validatedId = dataset.datasetId;
    if (['own', defaultShare].includes(this.texts.validation))
      this.texts.validation = this.#usualValidation;
  }

  choosePlan(plan: PlanName): void {
    this.plan = plan;
    this.varied = this.varied.filter(({ field }) => variableFields(plan).includes(field));
    if (!sweepKinds(plan).includes(this.sweepKind)) this.chooseSweepKind('grid');
    if (isSingle(plan)) Object.assign(this.texts, variantFactors[plan]);
    else this.texts.branches = 'both';
    // Another run's weights may not fit: that is said where the factors are.
    this.touch(...factorNames);
  }

  reset(): void {
    this.texts = { ...this.preset, ...variantFactors[this.variant] };
    this.startFrom = this.#baseConfig.startFrom;
    this.varied = [];
    this.touched = new Set();
  }

  /** What the preset has instead, and the way back to it; undefined where the field is as in the preset. */
  changeOf(
    field: ConfigFieldName,
  ): Readonly<{ presetText: string; reset: () => void }> | undefined {
    if (!this.changes.includes(field)) return undefined;
    const text = this.preset[field];
    return {
      presetText: fieldValue(field, readFieldText(field, text)),
      reset: () => {
        this.set(field, text);
      },
    };
  }

  useBase(name: 'defaults' | 'original'): void {
    this.baseName = name;
    this.loadedRun = undefined;
    this.#baseConfig = bases[name];
    this.reset();
  }

  /** Starts from a run's frozen configuration. */
  loadRun(run: Pick<RunSummary, 'runId' | 'name' | 'config' | 'dataset' | 'variant'>): void {
    this.baseName = 'run';
    this.loadedRun = { runId: run.runId, name: run.name };
    this.#baseConfig = run.config;
    this.plan = run.variant ?? (run.config.embedding === 'shared' ? 'B' : 'A');
    this.datasetId = this.validatedId = run.dataset;
    this.texts = textsOf(run.config);
    this.startFrom = run.config.startFrom;
    this.touched = new Set();
  }

  plannedRuns(): RunConfigInput[] {
    return plannedRuns(this.texts, this.plan, this.seeds).map((config) => ({
      ...config,
      startFrom: this.startFrom,
    }));
  }

  /** What is typed, as it is remembered: a reload loses nothing. */
  get draft(): Draft {
    const typed = Object.fromEntries(typedNames.map((name) => [name, this[name]]));
    return { ...(typed as Typed), texts: { ...this.texts }, base: this.#baseConfig };
  }

  remember(): void {
    remember('new-run', this.draft);
  }

  #restore(): void {
    try {
      const stored = remembered('new-run', z.custom<Draft>());
      if (stored === null || !planNames.includes(stored.plan)) return;
      const { base, texts, ...rest } = stored;
      const known = textsOf({ ...bases.defaults, ...base });
      // A field of another version may be missing, or be one too many.
      for (const field of Object.keys(known) as ConfigFieldName[])
        if (typeof texts[field] === 'string') known[field] = texts[field];
      this.#baseConfig = { ...bases.defaults, ...base };
      this.texts = known;
      Object.assign(this, rest);
    } catch {
      // A damaged draft is not worth a word: the defaults hold.
    }
  }
}

const defaultShare = writtenValue(bases.defaults.validation);

/** Remembered beside the fields. */
const typedNames = [
  ...([
    'plan',
    'shownVariant',
    'baseName',
    'loadedRun',
    'name',
    'datasetId',
    'validatedId',
  ] as const),
  ...(['seedCount', 'wantedLooks', 'marginText', 'startFrom'] as const),
  ...(['varied', 'sweepKind', 'draws', 'drawSeed'] as const),
];
type Typed = Pick<NewRunForm, (typeof typedNames)[number]>;
type Draft = Readonly<Typed & { texts: FieldTexts; base: RunConfig }>;

function textsOfSide(side: RunConfigInput): Partial<FieldTexts> {
  return Object.fromEntries(
    Object.entries(side).flatMap(([field, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[field, writtenValue(value)]] : [],
    ),
  );
}
