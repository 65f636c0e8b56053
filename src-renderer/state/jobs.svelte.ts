import type { Failure, Result } from '#contract/failure.ts';
import type { Job, JobKind, JobOf } from '#contract/jobs.ts';

import type { Bridge } from '../bridge/bridge.ts';
import type { AppState } from './app.svelte.ts';
import { useQuery, type Query } from './query.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Whatever takes long, of every window: newest first. */
export class JobList {
  readonly #bridge: Bridge;
  readonly #toasts: Toasts;
  readonly #query: Query<'jobs.list'>;

  constructor(bridge: Bridge, toasts: Toasts) {
    this.#bridge = bridge;
    this.#toasts = toasts;
    this.#query = useQuery(bridge, 'jobs.list', { input: () => ({}), events: ['jobs.changed'] });
  }

  of<K extends JobKind>(...kinds: readonly K[]): JobOf<K>[] {
    return (this.#query.value ?? []).filter((job): job is JobOf<K> =>
      kinds.some((kind) => kind === job.kind),
    );
  }

  /** Whether it is known what there is. */
  get isLoaded(): boolean {
    return this.#query.value !== undefined;
  }

  /** Lists one that was asked for just now, before the list is fetched anew. */
  listed<J extends Job>(result: Result<J>): Result<J> {
    const known = this.#query.value ?? [];
    if (result.ok && !known.some(({ jobId }) => jobId === result.value.jobId))
      this.#query.value = [result.value, ...known];
    return result;
  }

  async cancel(jobId: string): Promise<void> {
    const result = await this.#bridge.call('jobs.cancel', { jobId });
    if (!result.ok) this.#toasts.fail(result.failure);
    await this.#query.nudge();
  }
}

/** From 0 to 1; null while it is unknown. */
export function shareOf(job: Job | undefined): number | null {
  const { done = 0, total = null } = job?.progress ?? {};
  return total === null || total === 0 ? null : done / total;
}

/** Jobs of some kinds that are under way, and those of this window that have more to say until they are dismissed. */
export abstract class Jobs<K extends JobKind> {
  /** Shown last in a file browser; null is the home folder. */
  folder = $state<string | null>(null);
  protected readonly app: AppState;
  readonly #kinds: readonly K[];
  #mine = $state.raw<ReadonlySet<string>>(new Set());
  #dismissed = $state.raw<ReadonlySet<string>>(new Set());
  #announced = new Set<string>();

  readonly shown = $derived.by(() =>
    this.app.jobs
      .of(...this.#kinds)
      .filter(
        (job) =>
          job.state === 'running' ||
          (this.#mine.has(job.jobId) && !this.#dismissed.has(job.jobId) && this.hasMoreToSay(job)),
      ),
  );

  constructor(app: AppState, kinds: readonly K[]) {
    this.app = app;
    this.#kinds = kinds;
    $effect(() => {
      for (const job of app.jobs.of(...kinds)) {
        const { jobId, state } = job;
        if (!this.#mine.has(jobId) || state === 'running' || this.#announced.has(jobId)) continue;
        this.#announced.add(jobId);
        this.announce(job);
      }
    });
  }

  dismiss(jobId: string): void {
    this.#dismissed = new Set([...this.#dismissed, jobId]);
  }

  /** One that this window asked for: null when it is under way, else why not. */
  protected follow(result: Result<JobOf<K>>): Failure | null {
    if (!result.ok) return result.failure;
    this.#mine = new Set([...this.#mine, result.value.jobId]);
    this.app.jobs.listed(result);
    return null;
  }

  /** Says once how one of this window has ended. */
  protected abstract announce(job: JobOf<K>): void;

  /** What a short note does not hold. */
  protected hasMoreToSay({ state }: JobOf<K>): boolean {
    return state === 'failed';
  }
}
