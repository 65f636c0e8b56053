import type { Diff } from '#contract/embedding-diff.ts';
import type { CallInput } from '#contract/index.ts';
import type { JobOf } from '#contract/jobs.ts';

import type { AppState } from '../../../state/app.svelte.ts';
import { useDiff } from '../use-diff.svelte.ts';
import { choicesOfDiff } from './choice.ts';

type EpochDiff = Readonly<{
  /** The last one that is whole: while another epoch is compared it stays. */
  diff: Diff;
  isRunning: boolean;
  /** Null: it has not begun. */
  share: number | null;
  problem: string | null;
  /** What is shown is a passing comparison, that nobody has asked to keep. */
  isPassing: boolean;
  keep: () => void;
}>;

/** While the epoch is dragged nothing is compared. */
const waitMs = 300;

/** A comparison at another epoch of its runs, compared when it is asked for: same tables, same settings. Null: as it was compared. */
export function useEpochDiff(
  app: AppState,
  base: () => Diff,
  epoch: () => number | null,
): EpochDiff {
  let diffId = $state<string | null>(null);
  let refusal = $state<string | null>(null);
  let shown = $state.raw<Readonly<{ diff: Diff; of: string; epoch: number }> | null>(null);
  /** What the job under way is for. */
  let asked = $state.raw<Readonly<{ of: string; epoch: number }> | null>(null);

  const ask = async (request: CallInput<'diffs.start'>) =>
    app.jobs.listed(await app.bridge.call('diffs.start', request));

  $effect(() => {
    const [of, wanted] = [base(), epoch()];
    diffId = refusal = null;
    if (wanted === null) return;
    asked = { of: of.diffId, epoch: wanted };
    let started: JobOf<'diff'> | null = null;
    let isOver = false;
    const start = async (): Promise<void> => {
      const tables = choicesOfDiff(of).map((choice) =>
        choice.kind === 'run' ? { ...choice, epoch: wanted } : choice,
      );
      const result = await ask({ ...of.request, tables, isKept: false });
      if (result.ok) started = result.value;
      if (isOver) cancel();
      else if (result.ok) diffId = result.value.subject.diffId;
      else refusal = result.failure.message;
    };
    const cancel = (): void => {
      if (started !== null) void app.jobs.cancel(started.jobId);
    };
    const timer = setTimeout(() => void start(), waitMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
      cancel();
    };
  });
  const answer = useDiff(app, () => diffId);
  $effect(() => {
    if (asked !== null && answer.value !== undefined) shown = { ...asked, diff: answer.value };
  });
  const problem = $derived(refusal ?? answer.failure);
  const isShown = $derived(
    shown !== null && epoch() !== null && shown.of === base().diffId && shown.epoch === epoch(),
  );
  return {
    get diff() {
      return shown !== null && epoch() !== null && shown.of === base().diffId ? shown.diff : base();
    },
    get isRunning() {
      return epoch() !== null && !isShown && problem === null;
    },
    get share() {
      return answer.share;
    },
    get problem() {
      return problem;
    },
    get isPassing() {
      return isShown && answer.isPassing;
    },
    keep() {
      if (shown !== null) void ask({ ...shown.diff.request, isKept: true });
    },
  };
}
