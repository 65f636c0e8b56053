import type { Dataset } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { hasControls } from '#contract/name.ts';
import type { Expected } from '#contract/run.ts';
import type { RunConfig, RunConfigInput } from '#contract/run-config.ts';
import { nextSlot, slotRange } from '#core/colour-slot.ts';
import { possibleLooks } from '#core/experiment/planned-looks.ts';
import { resolveConfig } from '#core/run-config.ts';
import { automaticName, groupNames, sweepNames, uniqueName } from '#core/run-name.ts';
import { layerParameters } from '#core/shapes.ts';
import * as m from '#messages';

import type { ReadDb, WriteDb } from '../../db/handles.ts';
import { countsOf } from './estimate.ts';
import { newId } from './ids.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { readStartWeights, removeRunFolder, writeStartWeights } from './start-weights.ts';
import { experimentNames, insertExperiment, insertRun, newestSlot, runNames } from './store.ts';

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
  if (cleaned.length > 200) throw badName();
  return cleaned;
}

export const badName = (): AppError =>
  new AppError('invalid', m.app_name_length(), { field: 'name' });

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
    looks: number | undefined;
  }>,
  owner: ProcessIdentity | null,
  now: string,
): string[] {
  const { dataset, configs, expected, title } = request;
  const { looks, given, starts } = startable({ db, home }, request);
  const runIds = configs.map(() => newId());
  try {
    configs.forEach(({ startFrom }, index) => {
      const weights = starts.get(startFrom) ?? null;
      if (weights !== null) writeStartWeights(home, runIds[index] ?? '', weights);
    });
    insertRuns(db, { dataset, configs, expected, runIds, given, title, looks }, owner, now);
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
  looks: number;
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
  return { looks, given, starts };
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
    looks: number;
  }>,
  owner: ProcessIdentity | null,
  now: string,
): void {
  const { dataset, configs, expected, runIds, given, title, looks } = request;
  db.transaction(() => {
    const taken = new Set(runNames(db, false).map(({ name }) => name));
    const automatic = title === undefined ? configs.map(automaticName) : sweepNames(configs);
    const names = given === '' ? automatic : groupNames(given, configs);
    const experimentId = configs.length > 1 || title !== undefined ? newId() : null;
    if (experimentId !== null) {
      const own = title === undefined ? names.join(', ') : uniqueName(title, experimentNames(db));
      insertExperiment(db, experimentId, given === '' ? own : given, looks, now);
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
