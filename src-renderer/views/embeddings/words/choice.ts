import type { Diff, DiffWord, TableChoice, WordMeasure } from '#contract/embedding-diff.ts';
import type { RunSummary } from '#contract/run.ts';
import { branchNames } from '#contract/snapshot.ts';
import { embeddingBranches } from '#core/model/shapes.ts';
import { tableLabel } from '#core/embeddings/table-label.ts';

export type Choice = Exclude<TableChoice, { kind: 'snapshot' }>;

export const mostTables = 3;

/** As an address has it: `run:branch`, `run:branch:epoch`, `outside:table`. */
export function textOfChoice(choice: Choice): string {
  if (choice.kind === 'outside') return `outside:${choice.tableId}`;
  return [choice.runId, choice.branch, ...(choice.epoch === undefined ? [] : [choice.epoch])].join(
    ':',
  );
}

export function choiceOfText(text: string): Choice | null {
  const [first = '', second = '', third] = text.split(':');
  if (first === 'outside') return second === '' ? null : { kind: 'outside', tableId: second };
  const branch = branchNames.find((name) => name === second);
  if (first === '' || branch === undefined) return null;
  if (third === undefined) return { kind: 'run', runId: first, branch };
  const epoch = Number(third);
  return Number.isInteger(epoch) && epoch >= 0
    ? { kind: 'run', runId: first, branch, epoch }
    : null;
}

/** All tables of these runs, as many as can be compared. */
export function choicesOfRuns(
  runs: readonly Pick<RunSummary, 'runId' | 'config'>[],
): readonly Choice[] {
  return runs
    .flatMap(({ runId, config }) =>
      embeddingBranches(config).map((branch): Choice => ({ kind: 'run', runId, branch })),
    )
    .slice(0, mostTables);
}

/** What was compared, as it can be chosen again. */
export function choicesOfDiff({
  tables,
  request,
}: Pick<Diff, 'tables' | 'request'>): readonly Choice[] {
  return tables.map(({ runId, branch, tableId, epoch }, index): Choice => {
    if (runId === null || branch === null) return { kind: 'outside', tableId: tableId ?? '' };
    const asked = request.tables[index];
    // The best epoch stays the best one.
    const isBest = asked?.kind === 'run' && asked.epoch === undefined;
    return { kind: 'run', runId, branch, ...(isBest || epoch === null ? {} : { epoch }) };
  });
}

/** Epochs at which every table of a run is stored, rising; none where two are of one table, which would be held against itself. */
export function sharedEpochs(
  tables: readonly Readonly<Pick<Diff['tables'][number], 'runId' | 'branch'>>[],
  stored: readonly (readonly number[])[],
): readonly number[] {
  const names = tables.flatMap(({ runId, branch }) =>
    runId === null ? [] : `${runId} ${branch ?? ''}`,
  );
  if (new Set(names).size < names.length) return [];
  const [first = [], ...others] = stored.filter((_, index) => tables[index]?.runId !== null);
  return first.filter((epoch) => others.every((list) => list.includes(epoch)));
}

/** A-CNN, A-LSTM, B; with seed, epoch or name where that leaves two alike. */
export function tableLabels(
  tables: readonly Pick<Diff['tables'][number], 'name' | 'variant' | 'branch' | 'seed' | 'epoch'>[],
): readonly string[] {
  const steps = tables.map(({ name, variant, branch, seed, epoch }) => {
    const short = branch === null ? name : tableLabel({ variant, branch }, name, true);
    if (branch === null) return [short];
    return [
      short,
      `${short} seed ${seed ?? ''}`,
      `${short} epoch ${epoch ?? ''}`,
      `${short} seed ${seed ?? ''} epoch ${epoch ?? ''}`,
    ];
  });
  for (let step = 0; step < 4; step += 1) {
    const labels = steps.map((of) => of[Math.min(step, of.length - 1)] ?? '');
    if (new Set(labels).size === labels.length) return labels;
  }
  return tables.map(({ name }, index) => `${name} (${index + 1})`);
}

export const isDistance = (measure: WordMeasure): boolean => measure === 'alignedL2';

/** What the variants differ beyond what seeds do, turned so that more is more change; null without a floor. */
export function excessOf(pair: DiffWord['pairs'][number], measure: WordMeasure): number | null {
  const across = pair.floor?.across[measure] ?? null;
  const within = pair.floor?.within[measure] ?? null;
  if (across === null || within === null) return null;
  return isDistance(measure) ? across - within : within - across;
}

type Siding = Readonly<{ side: 'cnn' | 'lstm'; by: number }>;

/** The pairs of a shared table with a CNN's and an LSTM's; null where these three are not what is compared. */
export function sidingPairs({
  tables,
  pairs,
}: Pick<Diff, 'tables' | 'pairs'>): Readonly<{ cnn: number; lstm: number }> | null {
  const shared = tables.findIndex(({ branch }) => branch === 'shared');
  const pairWith = (branch: 'cnn' | 'lstm'): number => {
    const other = tables.findIndex((table) => table.branch === branch);
    if (shared < 0 || other < 0) return -1;
    return pairs.findIndex(
      ({ first, second }) =>
        (first === shared && second === other) || (first === other && second === shared),
    );
  };
  const [cnn, lstm] = [pairWith('cnn'), pairWith('lstm')];
  return cnn < 0 || lstm < 0 ? null : { cnn, lstm };
}

/** Which of the two the shared table's row is nearer to by a measure, and by how much; null where either is undefined. */
export function sidingOf(
  word: DiffWord,
  pairs: Readonly<{ cnn: number; lstm: number }>,
  measure: WordMeasure,
): Siding | null {
  const cnn = word.pairs[pairs.cnn]?.[measure] ?? null;
  const lstm = word.pairs[pairs.lstm]?.[measure] ?? null;
  if (cnn === null || lstm === null) return null;
  const towardsCnn = isDistance(measure) ? lstm - cnn : cnn - lstm;
  return { side: towardsCnn >= 0 ? 'cnn' : 'lstm', by: Math.abs(towardsCnn) };
}
