import type { Diff } from '#contract/embedding-diff.ts';

import type { Bridge } from '../../../bridge/bridge.ts';
import { useQuery } from '../../../state/query.svelte.ts';
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
  bridge: Bridge,
  base: () => Diff,
  epoch: () => number | null,
): EpochDiff {
  let diffId = $state<string | null>(null);
  let refusal = $state<string | null>(null);
  let shown = $state.raw<Readonly<{ diff: Diff; of: string; epoch: number }> | null>(null);
  /** What the job under way is for. */
  let asked = $state.raw<Readonly<{ of: string; epoch: number }> | null>(null);

  $effect(() => {
    const [of, wanted] = [base(), epoch()];
    diffId = refusal = null;
    if (wanted === null) return;
    asked = { of: of.diffId, epoch: wanted };
    let started: string | null = null;
    let isOver = false;
    const start = async (): Promise<void> => {
      const tables = choicesOfDiff(of).map((choice) =>
        choice.kind === 'run' ? { ...choice, epoch: wanted } : choice,
      );
      const result = await bridge.call('diffs.start', { ...of.request, tables, isKept: false });
      if (result.ok) started = result.value.diffId;
      if (isOver) cancel();
      else if (result.ok) diffId = started;
      else refusal = result.failure.message;
    };
    const cancel = (): void => {
      if (started !== null) void bridge.call('diffs.cancel', { diffId: started });
    };
    const timer = setTimeout(() => void start(), waitMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
      cancel();
    };
  });
  const job = useQuery(bridge, 'diffs.state', {
    input: () => (diffId === null ? null : { diffId }),
    events: ['diffs.changed'],
  });
  const answer = useQuery(bridge, 'diffs.get', {
    input: () =>
      diffId !== null && job.value?.diffId === diffId && job.value.state === 'finished'
        ? { diffId }
        : null,
  });
  $effect(() => {
    if (asked !== null && answer.value !== undefined && answer.value.diffId === diffId)
      shown = { ...asked, diff: answer.value };
  });
  const problem = $derived(
    refusal ??
      job.failure?.message ??
      answer.failure?.message ??
      (job.value?.state === 'failed' ? job.value.reason : null),
  );
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
      return job.value?.share ?? null;
    },
    get problem() {
      return problem;
    },
    get isPassing() {
      return isShown && job.value?.diffId === shown?.diff.diffId && job.value?.isKept === false;
    },
    keep() {
      if (shown !== null) void bridge.call('diffs.start', { ...shown.diff.request, isKept: true });
    },
  };
}
