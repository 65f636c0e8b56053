import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { defaultSeeds, type Diff, type DiffRequest } from '#contract/embedding-diff.ts';
import { AppError } from '#contract/failure.ts';
import { planFloor, type FloorPlan } from '#core/embeddings/compare/noise-floor.ts';
import { beganAlike } from '#core/embeddings/compare/same-start.ts';
import * as m from '#messages';

import {
  assertFinite,
  memberOf,
  otherSeedsOf,
  sourceOf,
  type RunSource,
  type Source,
  type SourceParts,
} from './diff-sources.ts';
import { wordsOf, type DiffWords, type WordParts } from './diff-words.ts';

/** Everything a comparison is made of: as soon as it is there, its id is known. */
export type DiffPlan = Readonly<{
  diffId: string;
  request: DiffRequest;
  /** Shown tables, then other seeds' in their place; `standsFor` is the shown one. */
  members: readonly Readonly<{ source: Source; standsFor: number }>[];
  shownCount: number;
  words: DiffWords;
  pairs: readonly Readonly<{
    first: number;
    second: number;
    isFixed: boolean;
    floor: FloorPlan;
    notes: string[];
  }>[];
  seed: number;
}>;

/** Grows when a measure changes its meaning: what was saved before is computed again. */
const version = 3;
const seed = 1;

export async function planDiff(
  parts: SourceParts & WordParts,
  request: DiffRequest,
): Promise<DiffPlan> {
  const { reference, subject, seeds = defaultSeeds } = request;
  if (reference !== null && reference >= request.tables.length) {
    throw new AppError('invalid', m.embeddings_no_such_reference(), { field: 'reference' });
  }
  const shown = request.tables.map((choice) => sourceOf(parts, choice));
  for (const { source } of shown) {
    assertFinite(parts.tables, source);
    await setImmediate();
  }
  if (subject === 'movement') {
    const without = shown.find(({ source }) => source.kind === 'outside' || source.start === null);
    if (without !== undefined) {
      throw new AppError('invalid', m.embeddings_no_start({ name: without.source.name }), {
        field: 'subject',
      });
    }
  }
  const sources = shown.map(({ source }) => source);
  const members: { source: Source; standsFor: number }[] = sources.map((source, standsFor) => ({
    source,
    standsFor,
  }));
  for (const [standsFor, source] of sources.entries()) {
    // Of two seeds of one variant neither stands for the other.
    const isRepeated =
      sources.findIndex((other) => memberOf(other).group === memberOf(source).group) < standsFor;
    const isShown = (twin: Source) => sources.some(({ blobHash }) => blobHash === twin.blobHash);
    const twins = isRepeated ? [] : await otherSeedsOf(parts, source, seeds - 1);
    members.push(
      ...twins
        .filter((twin) => !isShown(twin) && (subject === 'table' || twin.start !== null))
        .map((twin) => ({ source: twin, standsFor })),
    );
  }
  const words = await wordsOf(parts, sources, request);
  const floorMembers = members.map(({ source }) => memberOf(source));
  const pairs = pairsOf(sources.length).map(([first, second]) => {
    const isFixed = sharesFrame(sources[first], sources[second]);
    return {
      first,
      second,
      isFixed,
      floor: planFloor(floorMembers, first, second),
      notes: [
        ...[shown[first]?.note, shown[second]?.note].filter((note) => note != null),
        ...pairNotes(sources[first], sources[second], words.rankedCount),
      ],
    };
  });
  const { minCount: _, minNeighbourCount: __, tables: ___, seeds: ____, ...how } = request;
  const what = {
    version,
    how,
    tables: members.map(({ source, standsFor }) => [
      source.blobHash,
      source.kind === 'run' ? (source.start?.blobHash ?? null) : null,
      source.kind === 'run' ? source.snapshot.snapshotId : source.table.tableId,
      standsFor,
    ]),
    words: [words.words, [...words.counts], words.rankedCount, words.rows.map((rows) => [...rows])],
    logOdds: [...words.logOdds],
    notes: pairs.map(({ notes }) => notes),
    seed,
  };
  const diffId = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
  return { diffId, request, members, shownCount: sources.length, words, pairs, seed };
}

function sharesFrame(a: Source | undefined, b: Source | undefined): boolean {
  return (
    a?.kind === 'run' &&
    b?.kind === 'run' &&
    a.run.runId === b.run.runId &&
    a.snapshot.branch === b.snapshot.branch
  );
}

function pairNotes(a: Source | undefined, b: Source | undefined, words: number): string[] {
  if (a === undefined || b === undefined) return [];
  if (a.blobHash === b.blobHash) return [m.embeddings_same_table()];
  const dims = Math.max(a.dims, b.dims);
  return [
    ...(sharesFrame(a, b) ? [] : [a, b].flatMap(untrainedNote)),
    ...(a.dims === b.dims ? [] : [m.embeddings_other_dims({ first: a.dims, second: b.dims })]),
    ...(words > 2 * dims ? [] : [m.embeddings_words_and_dims({ words, dims })]),
    ...sameSeedNote(a, b),
  ];
}

function sameSeedNote(a: Source, b: Source): string[] {
  if (a.kind === 'outside' || b.kind === 'outside' || a.run.runId === b.run.runId) return [];
  const { seed: own } = a.run.config;
  if (own !== b.run.config.seed) return [];
  const [first, second] = [startOf(a), startOf(b)];
  const isSameStart = beganAlike(first, second);
  // The seed did not draw weights that were stored: only equal tables are known to be so.
  const isStored = [a, b].some(({ run }) => run.config.startFrom !== 'none');
  if (isStored && (!isSameStart || first.startHash === null)) return [];
  return [(isSameStart ? m.embeddings_same_start : m.embeddings_same_seed)({ seed: own })];
}

const startOf = ({ snapshot, rows, dims, start }: RunSource) => ({
  ...{ branch: snapshot.branch, rows, dims, startHash: start?.blobHash ?? null },
});

/** Beside another run's, what training has not touched tells of nothing but its seed. */
function untrainedNote(source: Source): string[] {
  if (source.kind === 'outside' || source.snapshot.epoch !== 0) return [];
  const { name, run } = source;
  return [run.best === null ? m.embeddings_only_start({ name }) : m.embeddings_at_start({ name })];
}

const pairsOf = (count: number): [number, number][] =>
  Array.from({ length: count }, (_, first) => first).flatMap((first) =>
    Array.from({ length: count - first - 1 }, (_, index): [number, number] => [
      first,
      first + index + 1,
    ]),
  );

/** As it is saved with the figures of whole tables. */
export function tablesOf(
  { members, shownCount }: DiffPlan,
  figures: readonly Readonly<{ frobenius: number; axisCorrelation: number | null }>[],
): Diff['tables'] {
  return members.slice(0, shownCount).map(({ source }, index) => {
    const { frobenius = 0, axisCorrelation = null } = figures[index] ?? {};
    const common = {
      kind: source.kind,
      name: source.name,
      rows: source.rows,
      dims: source.dims,
      hash: source.blobHash,
      frobenius,
      axisCorrelation,
      otherSeeds: members
        .slice(shownCount)
        .filter(({ standsFor }) => standsFor === index)
        .map((member) => member.source.name),
    };
    if (source.kind === 'outside') {
      return {
        ...common,
        tableId: source.table.tableId,
        runId: null,
        snapshotId: null,
        variant: null,
        seed: null,
        branch: null,
        epoch: null,
        startHash: null,
      };
    }
    const { run, snapshot, start } = source;
    return {
      ...common,
      tableId: null,
      runId: run.runId,
      snapshotId: snapshot.snapshotId,
      variant: run.variant,
      seed: run.config.seed,
      branch: snapshot.branch,
      epoch: snapshot.epoch,
      startHash: start?.blobHash ?? null,
    };
  });
}
