import path from 'node:path';

import type { Example } from '#contract/example.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { readManifest } from '../bundles/archive.ts';
import type { Manifest } from '../bundles/manifest.ts';
import type { DatasetsService } from '../datasets/service.ts';
import type { BundlesService, ExampleService, ReportsService, RunsService } from '../services.ts';

/** The experiments of `resources/example.twofold`, which `npm run example` writes. */
export function createExampleService({
  resources,
  datasets,
  runs,
  bundles,
  reports,
}: Readonly<{
  resources: string;
  datasets: Pick<DatasetsService, 'findBundled' | 'importSample' | 'remove'>;
  runs: Pick<RunsService, 'list' | 'remove' | 'restore'>;
  bundles: Pick<BundlesService, 'importFrom'>;
  reports: Pick<ReportsService, 'list' | 'draft' | 'save' | 'remove' | 'restore'>;
}>): ExampleService {
  const file = path.join(resources, 'example.twofold');
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  let manifest: Promise<Manifest> | undefined;
  let opening: Promise<Example> | undefined;

  async function contents(): Promise<Manifest> {
    try {
      return await (manifest ??= readManifest(file));
    } catch (error) {
      manifest = undefined;
      throw damaged(error);
    }
  }

  const idsIn = ({ runs: all }: Manifest): string[] => all.map(({ runId }) => runId);
  /** Those of the example that are in this home, in the trash or not. */
  const here = (of: Manifest, isTrash: boolean): string[] =>
    runs.list({ runIds: idsIn(of), isTrash }).map(({ runId }) => runId);

  async function open(): Promise<Example> {
    const of = await contents();
    // The reviews are not in the file: they are made here, always the same.
    const isWhole = of.datasets.every(({ contentHash }) => {
      const known = datasets.findBundled(contentHash);
      return known?.isHere === true && known.deletedAt === null;
    });
    if (!isWhole) await datasets.importSample(options);
    const trashed = here(of, true);
    if (trashed.length > 0) runs.restore({ runIds: trashed });
    try {
      await bundles.importFrom(file, options);
    } catch (error) {
      throw error instanceof AppError && error.kind === 'badInput' ? damaged(error) : error;
    }
    const experimentId = of.experiments.at(-1)?.experiment_id ?? '';
    const runIds = idsIn(of).filter((_, index) => of.runs[index]?.experimentId === experimentId);
    return { experimentId, runIds, allRunIds: idsIn(of), reportId: reportOf(experimentId, runIds) };
  }

  function reportOf(experimentId: string, runIds: string[]): string {
    const find = (isTrash: boolean) =>
      reports.list({ isTrash }).find(({ spec }) => spec.experimentId === experimentId);
    const kept = find(false);
    if (kept !== undefined) return kept.reportId;
    const trashed = find(true);
    if (trashed === undefined) return reports.save({ spec: reports.draft({ runIds }) }).reportId;
    reports.restore({ reportIds: [trashed.reportId] });
    return trashed.reportId;
  }

  return {
    async state() {
      try {
        return { isHere: here(await contents(), false).length > 0 };
      } catch {
        // Whoever opens it hears why there is none.
        return { isHere: false };
      }
    },
    open: () =>
      (opening ??= open().finally(() => {
        opening = undefined;
      })),
    async remove() {
      const of = await contents();
      const all = new Set(idsIn(of));
      const runIds = here(of, false);
      const reportIds = reports
        .list({})
        .filter(({ spec }) => spec.runIds.every((runId) => all.has(runId)))
        .map(({ reportId }) => reportId);
      if (reportIds.length > 0) reports.remove({ reportIds });
      const datasetIds = of.datasets.flatMap(
        ({ contentHash }) => datasets.findBundled(contentHash)?.datasetId ?? [],
      );
      const used = new Set(
        runs.list({}).flatMap(({ runId, dataset }) => (all.has(runId) ? [] : dataset)),
      );
      if (runIds.length === 0) return { runIds };
      for (const datasetId of datasetIds)
        if (!used.has(datasetId)) datasets.remove({ datasetId, withRuns: true });
      const left = here(of, false);
      if (left.length > 0) runs.remove({ runIds: left });
      return { runIds };
    },
  };
}

const damaged = (cause: unknown): AppError =>
  new AppError('unavailable', m.example_damaged(), { cause });
