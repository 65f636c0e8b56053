import type { Failure, Result } from '#contract/failure.ts';
import type { JobKind, JobOf } from '#contract/jobs.ts';

import type { AppState } from './app.svelte.ts';
import { useQuery, type Query } from './query.svelte.ts';

/** Jobs of some kinds that are under way, and those of this window that have more to say until they are dismissed. */
export abstract class Jobs<K extends JobKind> {
  /** Shown last in a file browser; null is the home folder. */
  folder = $state<string | null>(null);
  protected readonly app: AppState;
  readonly #kinds: readonly K[];
  readonly #query: Query<'jobs.list'>;
  #mine = $state.raw<ReadonlySet<string>>(new Set());
  #dismissed = $state.raw<ReadonlySet<string>>(new Set());
  #announced = new Set<string>();

  readonly shown = $derived.by(() =>
    this.#all().filter(
      (job) =>
        job.state === 'running' ||
        (this.#mine.has(job.jobId) && !this.#dismissed.has(job.jobId) && this.hasMoreToSay(job)),
    ),
  );

  constructor(app: AppState, kinds: readonly K[]) {
    this.app = app;
    this.#kinds = kinds;
    this.#query = useQuery(app.bridge, 'jobs.list', {
      input: () => ({}),
      events: ['jobs.changed'],
    });
    $effect(() => {
      for (const job of this.#all()) {
        const { jobId, state } = job;
        if (!this.#mine.has(jobId) || state === 'running' || this.#announced.has(jobId)) continue;
        this.#announced.add(jobId);
        this.announce(job);
      }
    });
  }

  async cancel(jobId: string): Promise<void> {
    const result = await this.app.bridge.call('jobs.cancel', { jobId });
    if (!result.ok) this.app.toasts.fail(result.failure);
    await this.#query.nudge();
  }

  dismiss(jobId: string): void {
    this.#dismissed = new Set([...this.#dismissed, jobId]);
  }

  /** One that this window asked for: null when it is under way, else why not. */
  protected async follow(result: Result<JobOf<K>>): Promise<Failure | null> {
    if (!result.ok) return result.failure;
    this.#mine = new Set([...this.#mine, result.value.jobId]);
    await this.#query.nudge();
    return null;
  }

  /** Says once how one of this window has ended. */
  protected abstract announce(job: JobOf<K>): void;

  /** What a short note does not hold. */
  protected hasMoreToSay({ state }: JobOf<K>): boolean {
    return state === 'failed';
  }

  #all(): JobOf<K>[] {
    return (this.#query.value ?? []).filter((job): job is JobOf<K> =>
      this.#kinds.some((kind) => kind === job.kind),
    );
  }
}
