import type { AppState } from '../../state/app.svelte.ts';
import { shareOf } from '../../state/jobs.svelte.ts';
import { useQuery } from '../../state/query.svelte.ts';

/** A comparison, and the job that computes it where there is one. */
export function useDiff(app: AppState, diffId: () => string | null) {
  const jobs = $derived(app.jobs.of('diff').filter(({ subject }) => subject.diffId === diffId()));
  const job = $derived(jobs[0]);
  /** Null until it is computed. One that is asked for again stays. */
  const computed = $derived(
    app.jobs.isLoaded && (job === undefined || jobs.some(({ state }) => state === 'finished'))
      ? diffId()
      : null,
  );
  const answer = useQuery(app.bridge, 'diffs.get', {
    input: () => (computed === null ? null : { diffId: computed }),
    events: ['diffs.changed'],
  });
  return {
    get computed() {
      return computed;
    },
    get value() {
      return answer.value?.diffId === diffId() ? answer.value : undefined;
    },
    get isRunning() {
      return job?.state === 'running';
    },
    get isCancelled() {
      return job?.state === 'cancelled';
    },
    /** Asked for in passing, and not to be kept. */
    get isPassing() {
      return job?.subject.isKept === false;
    },
    get share() {
      return shareOf(job);
    },
    /** Why there is none. */
    get failure() {
      return (job?.state === 'failed' ? job.failure : answer.failure)?.message ?? null;
    },
    cancel: () => {
      if (job !== undefined) void app.jobs.cancel(job.jobId);
    },
  };
}
