import type { Dataset } from '#contract/dataset.ts';
import type { ConfigFieldName, RunConfig, RunConfigInput } from '#contract/run-config.ts';
import type { RunSummary } from '#contract/run.ts';
import type { SystemInfo } from '#contract/settings.ts';
import { readFieldText, resolveConfig, variantFactors, variantOf } from '#core/run-config.ts';

import * as m from '../messages/compiled/messages.js';
import {
  bases,
  changedFields,
  drawableConfig,
  inputOf,
  maxSeedCount,
  plannedRuns,
  presetOf,
  runCount,
  textsOf,
  writtenValue,
  type FieldTexts,
  type PlanName,
} from '../views/new-run/plan.ts';

export type BaseName = 'defaults' | 'original' | 'run';
export type FormField = ConfigFieldName | 'seedCount' | 'datasetId';

/** What is typed into the New run screen. It lives with the app, so that a look at another screen loses nothing. */
export class NewRunForm {
  plan = $state<PlanName>('A');
  /** Which variant is drawn where the plan trains both. */
  shownVariant = $state<'A' | 'B'>('A');
  baseName = $state<BaseName>('defaults');
  name = $state('');
  datasetId = $state<string | undefined>();
  seedCount = $state('1');
  texts = $state<FieldTexts>(presetOf(bases.defaults, 'A'));
  touched = $state.raw<ReadonlySet<FormField>>(new Set());
  loadedRun = $state.raw<Pick<RunSummary, 'runId' | 'name'> | undefined>();
  readonly #datasets: () => readonly Dataset[] | undefined;
  readonly #system: () => SystemInfo | undefined;
  #baseConfig = $state.raw<RunConfig>(bases.defaults);

  constructor(datasets: () => readonly Dataset[] | undefined, system: () => SystemInfo | undefined) {
    this.#datasets = datasets;
    this.#system = system;
  }

  readonly dataset = $derived.by(() => {
    const datasets = this.#datasets();
    return datasets?.find((dataset) => dataset.datasetId === this.datasetId) ?? datasets?.[0];
  });

  /** The variant whose preset single-run changes are counted against, or that is drawn of a pair. */
  readonly variant: 'A' | 'B' = $derived(this.plan === 'A' || this.plan === 'B' ? this.plan : this.shownVariant);
  readonly preset = $derived(presetOf(this.#baseConfig, this.variant));
  readonly changes = $derived(changedFields(this.texts, this.preset, this.plan));
  readonly seeds = $derived(this.seedCountError === undefined ? Number(this.seedCount) : 1);
  readonly runCount = $derived(runCount(this.plan, this.seeds));

  /** The texts with the factors of what is drawn. */
  readonly shownTexts: FieldTexts = $derived(
    this.plan === 'A' || this.plan === 'B'
      ? this.texts
      : { ...this.texts, ...variantFactors[this.shownVariant], branches: 'both' },
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
    if (this.texts.validation === 'own' && this.dataset !== undefined && this.dataset.splits.validation === undefined) {
      errors.set('validation', m.new_run_error_no_own_split());
    }
    if (this.texts.backend === 'native' && system?.backend === 'wasm') {
      errors.set('backend', system.backendReason ?? m.new_run_error_no_native());
    }
    if (this.seedCountError !== undefined) errors.set('seedCount', this.seedCountError);
    return errors;
  });

  get seedCountError(): string | undefined {
    const value = Number(this.seedCount);
    const isFine = this.seedCount.trim() !== '' && Number.isInteger(value) && value >= 1 && value <= maxSeedCount;
    return isFine ? undefined : m.new_run_error_seed_count({ max: maxSeedCount });
  }

  /** Errors appear when a field has been left once, then with every key. */
  shownError(field: FormField): string | undefined {
    return this.touched.has(field) ? this.errors.get(field) : undefined;
  }

  touch(...fields: FormField[]): void {
    this.touched = new Set([...this.touched, ...fields]);
  }

  /** A field is left: its errors show from now on, and a number is written as numbers are. */
  leave(field: ConfigFieldName): void {
    this.touch(field);
    if (!this.errors.has(field)) this.texts[field] = writtenValue(readFieldText(field, this.texts[field]));
  }

  set(field: ConfigFieldName, text: string): void {
    this.texts[field] = text;
    const variant = variantOf(this.texts);
    if ((this.plan === 'A' || this.plan === 'B') && variant !== null) this.plan = variant;
  }

  choosePlan(plan: PlanName): void {
    this.plan = plan;
    if (plan === 'A' || plan === 'B') Object.assign(this.texts, variantFactors[plan]);
    else this.texts.branches = 'both';
  }

  reset(): void {
    this.texts = presetOf(this.#baseConfig, this.variant);
    this.touched = new Set();
  }

  resetField(field: ConfigFieldName): void {
    this.set(field, this.preset[field]);
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
    this.datasetId = run.dataset;
    this.texts = textsOf(run.config);
    this.touched = new Set();
  }

  plannedRuns(): RunConfigInput[] {
    return plannedRuns(this.texts, this.plan, this.seeds);
  }
}

