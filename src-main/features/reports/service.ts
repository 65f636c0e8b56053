import type { Experiment } from '#contract/experiment.ts';
import { AppError } from '#contract/failure.ts';
import type { Emit, ParsedInput } from '#contract/index.ts';
import {
  isFolderFormat,
  reportSpecSchema,
  sectionKinds,
  type ReportFile,
  type ReportFormat,
  type SectionKind,
} from '#contract/report.ts';
import type { RunSummary } from '#contract/run.ts';
import { warningsOf } from '#core/reports/compose.ts';
import { leftOutOf } from '#core/reports/document.ts';
import * as m from '#messages';

import type { WriteDb } from '../../db/handles.ts';
import { resolveName } from '../resolve.ts';
import { newId } from '../runs/start/ids.ts';
import type { ExportOptions, JobsService, ReportsService } from '../services.ts';
import { assertFree } from '../files/write-file.ts';
import { documentOf } from './composed.ts';
import { exportWork, turnOf, unwatched } from './write/export-work.ts';
import { diffsOf, gatherReport } from './gather.ts';
import { pngFiles, svgFiles } from './write/figures.ts';
import { kerasFiles } from './write/keras.ts';
import { reportPage } from './page.ts';
import { createPreviews, type OnEvent } from './previews.ts';
import { dataAway, isWanted, readReport } from './read-report.ts';
import type { ReportSource } from './write/report.ts';
import { findReport, insertReport, listReports, setReportsDeleted, updateReport } from './store.ts';
import { tensorboardFiles } from './write/tensorboard.ts';
import { assertReplaceable, writeFolderWhole } from './write/write-folder.ts';
import { writers, type WriterParts } from './write/writers.ts';

const folders = { keras: kerasFiles, tensorboard: tensorboardFiles, png: pngFiles, svg: svgFiles };

/** Reports that a person composes: kept as they were composed, written from what the runs say now. */
export function createReportsService(
  parts: WriterParts &
    ReportSource &
    Readonly<{
      db: WriteDb;
      jobs: Pick<JobsService, 'start'>;
      emit: Emit;
      onEvent: OnEvent;
      previewOrigin: string;
    }>,
): ReportsService {
  const { db, emit, now } = parts;
  const previews = createPreviews(parts);

  function changed(reportIds: readonly string[]): string[] {
    for (const reportId of reportIds) emit('reports.changed', { reportId });
    return [...reportIds];
  }

  function save({ reportId, spec }: ParsedInput<'reports.save'>) {
    const at = now().toISOString();
    const id = reportId === undefined ? newId() : findReport(db, reportId).reportId;
    if (reportId === undefined) insertReport(db, id, spec, at);
    else updateReport(db, id, spec, at);
    changed([id]);
    return findReport(db, id);
  }

  /** As one experiment, where all are of one dataset: else one for each. */
  async function queueRuns({ path: file }: ParsedInput<'reports.queueRuns'>) {
    const { title, runs } = await readReport(parts, file);
    const missing = runs.filter((run) => isWanted(run) && run.datasetId !== null);
    if (missing.length === 0) {
      const away = dataAway(runs);
      throw new AppError(
        'invalid',
        away === '' ? m.report_all_here({ file }) : m.report_data_away({ datasets: away }),
      );
    }
    const byDataset = Map.groupBy(missing, ({ datasetId }) => datasetId ?? '');
    const runIds = [...byDataset].flatMap(([datasetId, members]) =>
      parts.runs
        .enqueue({
          datasetId,
          configs: members.map(({ config }) => config),
          name: m.report_queued_name({ title }).slice(0, 200),
        })
        .map(({ runId }) => runId),
    );
    return { runIds };
  }

  function draft({ runIds, title, weights = 'best', curveIds }: ParsedInput<'reports.draft'>) {
    const chosen = parts.runs.list({ runIds });
    // In the order of the report.
    const place = new Map(chosen.map(({ runId, experimentId }) => [runId, experimentId]));
    const experiments = [...new Set(runIds.map((runId) => place.get(runId) ?? null))].map(
      (experimentId) => (experimentId === null ? null : parts.experiments.find(experimentId)),
    );
    const [experiment] = experiments.length === 1 ? experiments : [];
    const hasDiff = diffsOf(parts, runIds).length > 0;
    return reportSpecSchema.parse({
      title: title ?? usualTitle(chosen, runIds, experiments),
      runIds,
      experimentId: experiment?.experimentId ?? null,
      weights,
      ...(curveIds === undefined || curveIds.length === 0 ? {} : { curveIds }),
      blocks: sectionKinds
        .filter((kind) => hasDiff || (kind !== 'sentence' && kind !== 'vocabulary'))
        .filter((kind) => runIds.length > 1 || !needSeveral.has(kind))
        .map((kind) => ({ kind })),
    });
  }

  async function exportSpec(
    { spec, format, path, isForced }: Parameters<ReportsService['exportSpec']>[0],
    options: ExportOptions = unwatched,
  ): Promise<ReportFile> {
    const work = exportWork(options);
    // What cannot be written is said before the figures are gathered.
    if (isFolderFormat(format)) {
      assertReplaceable(path, isForced);
      const files = await folders[format](parts, spec, work);
      const written = await writeFolderWhole(path, files, isForced, turnOf(work, files));
      return { ...written, paths: [path], notes: [] };
    }
    assertFree(path, isForced);
    const data = await gatherReport(parts, spec, work, format === 'csv' ? 'runs' : 'all');
    const { files, notes } = await writers[format](parts, data, path, isForced, work);
    return {
      path,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      paths: files.map((file) => file.path),
      notes: [
        ...notes,
        ...warningsOf(data),
        ...(isTable(format) ? [] : leftOutOf(documentOf(data))),
      ],
    };
  }

  return {
    list: ({ isTrash = false }) => listReports(db, isTrash),
    get: ({ reportId }) => findReport(db, reportId),
    resolve: (titleOrId) =>
      resolveName(
        'report',
        titleOrId,
        listReports(db, false).map(({ reportId, spec }) => ({ id: reportId, name: spec.title })),
      ),
    save,
    remove({ reportIds }) {
      setReportsDeleted(db, reportIds, now().toISOString());
      return { reportIds: changed(reportIds) };
    },
    draft,
    restore({ reportIds }) {
      setReportsDeleted(db, reportIds, null);
      return { reportIds: changed(reportIds) };
    },
    page: async (spec) => reportPage(await gatherReport(parts, spec), parts.resources),
    preview: async ({ spec }) => {
      const { address, leftOut } = await previews.make(spec);
      return { address: `${parts.previewOrigin}${address}`, leftOut };
    },
    previewAt: previews.pageAt,
    exportSpec,
    startExport: (request) =>
      parts.jobs.start({
        kind: 'reportExport',
        subject: { path: request.path },
        cancelled: m.reports_cancelled,
        work: (signal, onProgress) => exportSpec(request, { signal, onProgress }),
      }),
    read: ({ path: file }) => readReport(parts, file),
    queueRuns,
  };
}

/** Sections that have nothing to tell about a single run. */
const needSeveral = new Set<SectionKind>(['verdict', 'differences', 'flips']);

const mostNamed = 3;

/** What holds figures and no sections. */
const isTable = (format: ReportFormat): boolean => format === 'csv' || format === 'json';

/** The names that a person gave the experiments, else what is compared, else the runs. */
function usualTitle(
  chosen: readonly RunSummary[],
  runIds: readonly string[],
  experiments: readonly (Experiment | null)[],
): string {
  const named = experiments.flatMap((of) => (of?.isNamed === true ? [of.name] : []));
  if (named.length === experiments.length && named.length > 0 && named.length <= mostNamed) {
    const [last = '', ...before] = named.toReversed();
    const names = before.toReversed().join(', ');
    const title = names === '' ? last : m.report_title_experiments({ names, last });
    if (title.length <= 200) return title;
  }
  const variants = new Set(chosen.map(({ variant }) => variant));
  const [dataset, ...others] = new Set(chosen.map(({ datasetName }) => datasetName));
  if (variants.size === 2 && !variants.has(null) && dataset !== undefined && others.length === 0)
    return m.report_title_variants({ dataset }).slice(0, 200);
  const first = chosen.find(({ runId }) => runId === runIds[0])?.name ?? '';
  return runIds.length > 1
    ? m.runs_and_more({ name: first.slice(0, 180), count: runIds.length - 1 })
    : first;
}
