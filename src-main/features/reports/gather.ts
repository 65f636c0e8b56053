import { readFileSync } from 'node:fs';

import type { Dataset } from '#contract/dataset.ts';
import type { Diff } from '#contract/embedding-diff.ts';
import type { Judgement } from '#contract/experiment.ts';
import { usualSentence, type ReportSpec, type SectionKind } from '#contract/report.ts';
import type { Run } from '#contract/run.ts';
import { AppError, toFailure } from '#contract/failure.ts';
import type { SentenceSource } from '#contract/snapshot.ts';
import type {
  ReportBaseline,
  ReportData,
  ReportDataset,
  ReportEmbeddings,
  ReportFlips,
} from '#core/reports/data.ts';
import { differenceFromBaseline } from '#core/baseline/difference.ts';
import { groupByConfiguration } from '#core/experiment/grouping.ts';
import { readEncodedFile } from '#core/text/encoded-file.ts';
import { readingOf, type ReadingChoice } from '#core/text/reading.ts';
import { reviewName } from '#core/wording/value-words.ts';
import { comparableOf, type Comparable } from '#core/experiment/comparable.ts';
import * as m from '#messages';

import { isWithoutPredictions } from '../runs/results/predictions.ts';
import type { DatasetsService } from '../datasets/service.ts';
import type {
  DiffsService,
  ExperimentsService,
  Judged,
  OutsideCurvesService,
  RunsService,
  TransplantsService,
} from '../services.ts';
import { exportWork, unwatched, type ExportWork } from './write/export-work.ts';

export type ReportSources = Readonly<{
  runs: Pick<
    RunsService,
    'list' | 'get' | 'measure' | 'compare' | 'judged' | 'baselinesOf' | 'enqueue'
  >;
  datasets: Pick<DatasetsService, 'list' | 'get' | 'fit' | 'review' | 'encodedPath' | 'hasLabels'>;
  experiments: Pick<ExperimentsService, 'judge' | 'find'>;
  diffs: Pick<DiffsService, 'list' | 'get' | 'words' | 'sentence'>;
  transplants: Pick<TransplantsService, 'list'>;
  outsideCurves: Pick<OutsideCurvesService, 'list'>;
  now: () => Date;
  twofoldVersion: string;
}>;

/** Of more runs than these, trained models are not compared in pairs: the verdict over seeds is what counts. */
const mostPaired = 10;
const flipSample = 8;
const mostFits = 4;
const mostReadings = 24;
const mostMoved = { measure: 'alignedCosine', order: 'change', offset: 0, count: 20 } as const;
const partCount = 7;

/**
 * Reads everything that the report's sections need, and nothing else.
 * @param work of an export, which trains a bag of words that is not there yet; a preview waits for none
 * @param scope `runs`: for a table of them, which has no sections; nothing is judged or compared
 */
export async function gatherReport(
  sources: ReportSources,
  spec: ReportSpec,
  work?: ExportWork,
  scope: 'all' | 'runs' = 'all',
): Promise<ReportData> {
  const { step } = work ?? exportWork(unwatched);
  let gathered = 0;
  /** In turn: each may take a while. */
  const part = async <T>(work: () => T): Promise<Awaited<T>> => {
    await step('gathering', gathered, partCount);
    gathered += 1;
    return await work();
  };
  const needs = (...kinds: SectionKind[]): boolean =>
    scope === 'all' && spec.blocks.some(({ kind }) => kinds.some((needed) => needed === kind));
  const { weights } = spec;
  const { runs, absent } = presentRuns(sources, spec);
  const runIds = runs.map(({ runId }) => runId);
  const measured = await part(() => sources.runs.measure(runIds, weights));
  const comparable = comparableOf(runs, ({ bestWeightsHash, weightsHash }) =>
    weights === 'best' ? bestWeightsHash : weightsHash,
  );
  const judgement = await part(() =>
    scope === 'all' ? judgementOf(sources, runs, comparable, weights) : null,
  );
  const isLabelled = runs.every(({ dataset }) => sources.datasets.hasLabels(dataset, 'test'));
  const isPaired =
    isLabelled && judgement !== null && runIds.length <= mostPaired && judgement.seeds.length < 2;
  const comparison = await part(() =>
    isPaired ? sources.runs.compare({ runIds, weights }) : null,
  );
  const curveIds = [...new Set(spec.curveIds)];
  const curves = new Map(sources.outsideCurves.list().map((curve) => [curve.curveId, curve]));
  const outsideCurves = curveIds.flatMap((curveId) => curves.get(curveId) ?? []);
  return {
    spec,
    createdAt: sources.now().toISOString(),
    twofoldVersion: sources.twofoldVersion,
    experimentName: experimentName(sources, spec),
    runs,
    absent,
    outsideCurves,
    absentCurveCount: curveIds.length - outsideCurves.length,
    datasets: await part(() => datasetsOf(sources, runs, needs('methods', 'data') ? mostFits : 0)),
    metrics: measured.metrics,
    concerns: await concernsOf(sources, measured.concerns, comparable, runs, weights),
    comparable,
    pairs: comparison?.pairs ?? [],
    judgement,
    baselines: await part(() =>
      scope === 'all'
        ? baselinesOf(sources, comparable, runs, { weights, isTrained: work !== undefined })
        : [],
    ),
    flips: await part(() => (needs('flips') ? flipsOf(sources, runs, weights, judgement) : null)),
    embeddings: await part(() =>
      needs('sentence', 'vocabulary')
        ? embeddingsOf(sources, runIds, needs('sentence') ? sentenceOf(spec) : null)
        : null,
    ),
  };
}

async function baselinesOf(
  { runs: service }: ReportSources,
  { identical }: Comparable<Run>,
  runs: readonly Run[],
  { weights, isTrained }: Readonly<{ weights: 'best' | 'last'; isTrained: boolean }>,
): Promise<ReportBaseline[]> {
  const copies = new Set(identical.map(({ run }) => run));
  const groups = groupByConfiguration(runs.filter((run) => !copies.has(run)));
  // A run stands beside two of them.
  const known = new Map<string, Promise<Judged>>();
  const judgedOf = (runId: string): Promise<Judged> => {
    const read = known.get(runId) ?? service.judged(runId, weights);
    known.set(runId, read);
    return read;
  };
  const found: ReportBaseline[] = [];
  for (const { runIds, baseline, judged } of await service.baselinesOf(idsOf(runs), {
    isTrained,
  })) {
    const differences: ReportBaseline['differences'][number][] = [];
    for (const group of groups) {
      const beside = group.runs.filter(
        (run) => runIds.includes(run.runId) && run[weights] !== null,
      );
      const read = await allOrNull(idsOf(beside).map(judgedOf));
      const difference = read === null ? null : differenceFromBaseline(judged, read);
      if (difference !== null) differences.push({ runIds: idsOf(beside), ...difference });
    }
    found.push({ runIds, baseline, differences });
  }
  return found;
}

/** Null where one has no predictions any more. */
async function allOrNull(reads: readonly Promise<Judged>[]): Promise<Judged[] | null> {
  try {
    return await Promise.all(reads);
  } catch (error) {
    if (isWithoutPredictions(error)) return null;
    throw error;
  }
}

/** Of what can be compared; its factors are those of the grid beside it, where there is one. */
async function judgementOf(
  { experiments }: ReportSources,
  runs: readonly Run[],
  { compared, grid }: Comparable<Run>,
  weights: 'best' | 'last',
): Promise<Judgement | null> {
  if (runs.length < 2) return null;
  const judgement = await experiments.judge({ runIds: idsOf(compared), weights });
  if (grid.length === 0) return judgement;
  const { factorial } = await experiments.judge({ runIds: idsOf(grid), weights });
  return { ...judgement, factorial };
}

/** What speaks against comparing runs that nobody compares says nothing. */
async function concernsOf(
  sources: ReportSources,
  ofAll: ReportData['concerns'],
  { compared, grid }: Comparable<Run>,
  runs: readonly Run[],
  weights: 'best' | 'last',
): Promise<ReportData['concerns']> {
  if (compared.length === runs.length) return ofAll;
  const [first, second] = [
    await sources.runs.measure(idsOf(compared), weights),
    grid.length === 0 ? { concerns: [] } : await sources.runs.measure(idsOf(grid), weights),
  ];
  const known = new Set(first.concerns.map((of) => JSON.stringify(of)));
  return [...first.concerns, ...second.concerns.filter((of) => !known.has(JSON.stringify(of)))];
}

const idsOf = (runs: readonly Run[]): string[] => runs.map(({ runId }) => runId);

/** In the order of the report; those in the trash, and those that are gone, are only named. */
function presentRuns(
  { runs }: ReportSources,
  { runIds }: ReportSpec,
): Pick<ReportData, 'runs' | 'absent'> {
  const wanted = [...new Set(runIds)];
  const here = new Set(runs.list({ runIds: wanted }).map(({ runId }) => runId));
  const inTrash = new Map(
    runs.list({ runIds: wanted, isTrash: true }).map(({ runId, name }) => [runId, name]),
  );
  if (here.size === 0) throw new AppError('notFound', m.report_all_gone());
  return {
    runs: wanted.filter((runId) => here.has(runId)).map((runId) => runs.get({ runId })),
    absent: wanted
      .filter((runId) => !here.has(runId))
      .map((runId) => ({ runId, name: inTrash.get(runId) ?? null })),
  };
}

const experimentName = (
  { experiments }: ReportSources,
  { experimentId }: ReportSpec,
): string | null => (experimentId === null ? null : (experiments.find(experimentId)?.name ?? null));

async function datasetsOf(
  { datasets }: ReportSources,
  runs: readonly Run[],
  most: number,
): Promise<ReportDataset[]> {
  const found: ReportDataset[] = [];
  for (const datasetId of new Set(runs.map(({ dataset }) => dataset))) {
    const choices = new Map(
      runs
        .filter(({ dataset }) => dataset === datasetId)
        .map(({ config: { maxLength, numWords } }) => [
          `${maxLength} ${numWords}`,
          { maxLength, numWords },
        ]),
    );
    const dataset = datasets.get({ datasetId });
    const members = most === 0 ? [] : runs.filter((run) => run.dataset === datasetId);
    const fits: ReportDataset['fits'][number][] = [];
    for (const choice of dataset.isHere ? [...choices.values()].slice(0, most) : [])
      fits.push({ ...choice, ...(await datasets.fit({ datasetId, ...choice })) });
    found.push({
      dataset,
      hasLabels: datasets.hasLabels(datasetId, 'test'),
      fits,
      readings: await readingsOf(datasets, dataset, members),
    });
  }
  return found;
}

/** What runs used and read of one dataset: each choice of settings once, of very many the first ones; of several draws one. */
async function readingsOf(
  datasets: ReportSources['datasets'],
  dataset: Dataset,
  runs: readonly Run[],
): Promise<ReportDataset['readings']> {
  const choices = Map.groupBy(
    runs,
    ({ config: { limit, validation, subset, maxLength, numWords, truncating } }) =>
      JSON.stringify({ limit, validation, subset, maxLength, numWords, truncating }),
  );
  if (choices.size === 0) return [];
  const encoded = dataset.isHere
    ? readEncodedFile(readFileSync(await datasets.encodedPath(dataset.datasetId))).splits
    : null;
  return [...choices.values()].slice(0, mostReadings).flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { limit, validation, subset, seed, maxLength, numWords, truncating } = first.config;
    const choice: ReadingChoice = {
      limit,
      validation,
      subset,
      seed,
      maxLength,
      numWords,
      truncating,
    };
    return [{ ...choice, runIds: idsOf(members), parts: readingOf(dataset, encoded, choice) }];
  });
}

/** Of the variants where several seeds speak for them, else of the first two trained models. */
async function flipsOf(
  { runs: service, datasets }: ReportSources,
  runs: readonly Run[],
  weights: 'best' | 'last',
  judgement: Judgement | null,
): Promise<ReportData['flips']> {
  const [first, second] = runs;
  if (first === undefined || second === undefined) return null;
  const sides = judgement?.sides ?? null;
  const seeds = judgement?.seeds.length ?? 0;
  const isFinding = judgement?.expectedStableFlips?.isFinding === true;
  if (judgement !== null && sides !== null && seeds > 1) {
    const run = runs.find(({ runId }) => runId === judgement.seeds[0]?.runIds[0]) ?? first;
    return {
      names: [sides[0].name, sides[1].name],
      seeds,
      rows: judgement.rows,
      total: judgement.stableFlips.length,
      sample: isFinding ? await sampleOf(datasets, run.dataset, judgement.stableFlips) : [],
    };
  }
  const { runIds, paired, reason, flips } = await service.compare({
    runIds: [first.runId, second.runId],
    weights,
  });
  if (paired === null) return { why: reason ?? m.report_no_flips() };
  const names = runIds.map((runId) => runs.find((run) => run.runId === runId)?.name ?? runId);
  return {
    names: [names[0] ?? '', names[1] ?? ''],
    seeds: 1,
    rows: paired.rows,
    total: flips.length,
    sample: await sampleOf(datasets, first.dataset, flips),
  };
}

async function sampleOf(
  datasets: ReportSources['datasets'],
  datasetId: string,
  flips: Judgement['stableFlips'],
): Promise<ReportFlips['sample']> {
  const widest = flips
    .toSorted(
      (a, b) =>
        Math.abs(b.probabilities[0] - b.probabilities[1]) -
          Math.abs(a.probabilities[0] - a.probabilities[1]) || a.row - b.row,
    )
    .slice(0, flipSample);
  const { isHere, hasTexts, hasWords } = datasets.get({ datasetId });
  const sample: ReportFlips['sample'][number][] = [];
  for (const flip of widest) {
    const hasWhatIsRead = isHere && (hasTexts || hasWords);
    const review = hasWhatIsRead ? await datasets.review(datasetId, 'test', flip.row) : null;
    sample.push({ ...flip, text: review?.text ?? null });
  }
  return sample;
}

/** Saved comparisons that are of these runs alone: those of both variants first, each the newest first. */
export function diffsOf(
  { diffs }: Pick<ReportSources, 'diffs'>,
  runIds: readonly string[],
): Pick<Diff, 'diffId' | 'tables'>[] {
  const chosen = new Set(runIds);
  return diffs
    .list()
    .filter(({ tables }) => tables.every(({ runId }) => runId !== null && chosen.has(runId)))
    .toSorted((a, b) => Number(isOfBoth(b)) - Number(isOfBoth(a)));
}

const isOfBoth = ({ tables }: Pick<Diff, 'tables'>): boolean =>
  (['A', 'B'] as const).every((variant) => tables.some((table) => table.variant === variant));

/** What is not saved yet is not computed for a report. */
async function embeddingsOf(
  sources: ReportSources,
  runIds: readonly string[],
  source: SentenceSource | null,
): Promise<ReportEmbeddings | null> {
  const { diffs, transplants } = sources;
  const saved = diffsOf(sources, runIds);
  const [shown] = saved;
  if (shown === undefined) return null;
  const { diffId } = shown;
  const diff = diffs.get({ diffId });
  return {
    diff,
    saved: { count: saved.length, isOfBoth: isOfBoth(diff) },
    transplants: transplants.list({ diffId }),
    words: diff.pairs.map((_, pair) => diffs.words({ diffId, pair, ...mostMoved }).rows),
    sentence: source === null ? null : await sentenceUnder(sources, diffId, source),
  };
}

const sentenceOf = ({ blocks }: ReportSpec): SentenceSource => {
  const block = blocks.find(({ kind }) => kind === 'sentence');
  return (block?.kind === 'sentence' ? block.source : undefined) ?? usualSentence;
};

const noReview = ({ split, row }: Extract<SentenceSource, { kind: 'review' }>): string =>
  m.report_no_review({ review: reviewName(split, row) });

/** A review that is not there, or a text without words, costs its section and nothing else. */
async function sentenceUnder(
  { diffs }: ReportSources,
  diffId: string,
  source: SentenceSource,
): Promise<ReportEmbeddings['sentence']> {
  try {
    return { source, compared: await diffs.sentence({ diffId, source, axes: 'shown' }) };
  } catch (error) {
    const { kind, message } = toFailure(error);
    if (kind === 'internal') throw error;
    // In a report reviews are counted from 1.
    const isAbsent = kind === 'notFound' && source.kind === 'review';
    return { source, why: isAbsent ? noReview(source) : message };
  }
}
