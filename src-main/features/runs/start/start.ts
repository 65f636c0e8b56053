import type { Dataset } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { hasControls } from '#contract/name.ts';
import type { Expected } from '#contract/run.ts';
import type { RunConfig, RunConfigInput } from '#contract/run-config.ts';
import { nextSlot, slotRange } from '#core/charts/colour-slot.ts';
import { possibleLooks } from '#core/experiment/planned-looks.ts';
import { resolveConfig } from '#core/config/run-config.ts';
import {
  automaticName,
  behindAutomaticName,
  groupNames,
  sweepNames,
  uniqueName,
} from '#core/config/run-name.ts';
import { layerParameters } from '#core/model/shapes.ts';
import * as m from '#messages';

import type { ReadDb, WriteDb } from '../../../db/handles.ts';
import { assertHere } from '../../datasets/store/not-here.ts';
import type { JoinedExperiment } from '../../services.ts';
import { countsOf } from './estimate.ts';
import { newId } from './ids.ts';
import type { ProcessIdentity } from '../train/process-identity.ts';
import { readStartWeights, removeRunFolder, writeStartWeights } from './start-weights.ts';
import {
  experimentNames,
  insertExperiment,
  insertRun,
  newestSlot,
  runNames,
} from '../store/store.ts';

/** Defaults filled in, bounds checked; throws `invalid` with the field and its sentence. */
export function configOf(input: RunConfigInput): RunConfig {
  const resolved = resolveConfig(input);
  if (resolved.ok) return resolved.config;
  const [first] = resolved.errors;
  throw new AppError(
    'invalid',
    resolved.errors.map(({ field, message }) => `${field}: ${message}`).join(' '),
    first === undefined ? {} : { field: first.field },
  );
}

/** Whether this dataset can be trained on with this configuration. */
export function assertFits(dataset: Dataset, config: RunConfig): void {
  if (dataset.deletedAt !== null) {
    throw new AppError('notFound', m.runs_dataset_in_trash({ dataset: dataset.name }));
  }
  assertHere(dataset);
  if (config.validation === 'own' && dataset.splits.validation === undefined) {
    throw new AppError('invalid', m.runs_dataset_no_own_validation({ dataset: dataset.name }), {
      field: 'validation',
    });
  }
  if (countsOf(dataset, config).train < 1 || dataset.splits.test.count < 1) {
    throw new AppError('invalid', m.runs_dataset_too_small({ dataset: dataset.name }));
  }
}

/** A name in one line, empty where none is given; throws `invalid` for one that is too long or has control characters. */
export function cleanName(name: string): string {
  const trimmed = name.trim();
  if (hasControls(trimmed)) {
    throw new AppError('invalid', m.app_name_controls(), { field: 'name' });
  }
  const cleaned = trimmed.replaceAll(/\s+/g, ' ');
  // Marks without a width alone are no name.
  if (cleaned.length > 200 || /^\p{Cf}+$/u.test(cleaned)) throw badName();
  return cleaned;
}

export const badName = (): AppError =>
  new AppError('invalid', m.app_name_length(), { field: 'name' });

/** What is fixed of an experiment before it starts, or the one that runs are added to. */
export type Plan = Readonly<{ looks: number; marginPoints: number }> | JoinedExperiment;

/**
 * Rows for new runs, all or none, with the weights that they start from in their folders; several share an experiment. Returns
 * their ids in order.
 */
export function createRuns(
  { db, home }: Readonly<{ db: WriteDb; home: string }>,
  request: Readonly<{
    dataset: Dataset;
    configs: readonly RunConfig[];
    /** By configuration. */
    expected: readonly Expected[];
    name: string | undefined;
    /** Of a sweep, where no name is given. */
    title?: string | undefined;
    plan: Plan;
  }>,
  owner: ProcessIdentity | null,
  now: string,
): string[] {
  const { dataset, configs, expected, name, title, plan } = request;
  const looks = 'looks' in plan ? plan.looks : undefined;
  const { given, starts } = startable({ db, home }, { dataset, configs, name, looks });
  const runIds = configs.map(() => newId());
  try {
    configs.forEach(({ startFrom }, index) => {
      const weights = starts.get(startFrom) ?? null;
      if (weights !== null) writeStartWeights(home, runIds[index] ?? '', weights);
    });
    insertRuns(db, { dataset, configs, expected, runIds, given, title, plan }, owner, now);
  } catch (error) {
    for (const runId of runIds) removeRunFolder(home, runId);
    throw error;
  }
  return runIds;
}

/** What new runs start with; throws where one of them cannot. */
export function startable(
  parts: Readonly<{ db: ReadDb; home: string }>,
  {
    dataset,
    configs,
    name,
    looks = 1,
  }: Readonly<{
    dataset: Dataset;
    configs: readonly RunConfig[];
    name: string | undefined;
    looks: number | undefined;
  }>,
): Readonly<{
  /** Empty where no name is given. */
  given: string;
  /** By what they start from. */
  starts: ReadonlyMap<string, Uint8Array | null>;
}> {
  assertLooks(configs, looks);
  const given = cleanName(name ?? '');
  const starts = new Map<string, Uint8Array | null>();
  for (const config of configs) {
    assertFits(dataset, config);
    starts.set(config.startFrom, readStartWeights(parts, dataset, config));
  }
  return { given, starts };
}

/** Looks are spaced equally over the seeds. */
function assertLooks(configs: readonly RunConfig[], looks: number): void {
  const seeds = new Set(configs.map(({ seed }) => seed)).size;
  const possible = possibleLooks(seeds);
  if (possible.includes(looks)) return;
  throw new AppError('invalid', m.runs_looks({ seeds, looks, possible: possible.join(', ') }), {
    field: 'looks',
  });
}

function insertRuns(
  db: WriteDb,
  request: Readonly<{
    dataset: Dataset;
    configs: readonly RunConfig[];
    expected: readonly Expected[];
    runIds: readonly string[];
    /** Empty where no name is given. */
    given: string;
    title: string | undefined;
    plan: Plan;
  }>,
  owner: ProcessIdentity | null,
  now: string,
): void {
  const { dataset, configs, expected, runIds, given, title, plan } = request;
  db.transaction(() => {
    const taken = new Set(runNames(db));
    const joined = 'experimentId' in plan ? plan : null;
    const automatic = title === undefined ? configs.map(automaticName) : sweepNames(configs);
    const own = given === '' ? automatic : groupNames(given, configs);
    const names = joined === null ? own : namesBeside(joined, configs);
    const isExperiment = joined !== null || configs.length > 1 || title !== undefined;
    const experimentId = isExperiment ? (joined?.experimentId ?? newId()) : null;
    if (experimentId !== null && !('experimentId' in plan)) {
      const short = title ?? m.runs_and_more({ name: names[0] ?? '', count: configs.length - 1 });
      const isNamed = given !== '';
      const name = isNamed ? given : uniqueName(short, experimentNames(db));
      insertExperiment(db, { experimentId, name, isNamed, ...plan }, now);
    }
    configs.forEach((config, index) => {
      const wanted = names[index] ?? automaticName(config);
      // A name that somebody chose is kept as it is.
      const name = given === '' ? uniqueName(wanted, taken) : wanted;
      taken.add(name);
      const { low, high } = slotRange(config);
      insertRun(
        db,
        {
          runId: runIds[index] ?? '',
          name,
          datasetId: dataset.datasetId,
          experimentId,
          experimentRound: joined?.round ?? 0,
          config,
          expected: expected[index] ?? null,
          parameters: layerParameters(config).total,
          colourSlot: nextSlot(config, newestSlot(db, low, high)),
        },
        owner,
        now,
      );
    });
  }).immediate();
}

/** Names for runs that are added to an experiment, made as those of its other runs are. */
function namesBeside(
  { name, configs: others, names }: JoinedExperiment,
  configs: readonly RunConfig[],
): string[] {
  const all = [...others, ...configs];
  if (name !== null) return groupNames(name, all).slice(others.length);
  const [first] = others;
  const isAutomatic = first !== undefined && behindAutomaticName(names[0] ?? '', first) !== null;
  return isAutomatic ? configs.map(automaticName) : sweepNames(all).slice(others.length);
}
