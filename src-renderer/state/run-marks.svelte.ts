import { SvelteSet } from 'svelte/reactivity';

import type { RunSummary } from '#contract/run.ts';
import type { Settings } from '#contract/settings.ts';

/** What Compare would take, and why these. */
export type Chosen = Readonly<{ from: 'selected' | 'drawn'; runs: readonly RunSummary[] }>;

/** Single runs that are drawn when none was ever chosen; of an experiment all are. */
const firstSingles = 6;
/** The most that are remembered. */
const mostRemembered = 2000;

/**
 * What a person has marked among the runs, the same on every screen: drawn in the charts (remembered), selected for an act on several
 * (until they leave), pinned as what others are compared with (remembered).
 */
export class RunMarks {
  readonly drawn = new SvelteSet<string>();
  readonly selected = new SvelteSet<string>();
  pinnedId = $state<string | null>(null);
  #known = $state.raw<ReadonlySet<string> | null>(null);

  /** Follows the list: what was drawn last time at first, then every run that is started. A run keeps its tick while it is in the trash. */
  follow(runs: readonly RunSummary[], stored: Settings['runMarks']): void {
    const ids = new Set(runs.map((run) => run.runId));
    if (this.#known === null) {
      const remembered = stored?.drawn.filter((runId) => ids.has(runId)) ?? [];
      for (const runId of remembered.length > 0 ? remembered : firstToDraw(runs))
        this.drawn.add(runId);
      for (const run of runs) if (run.state === 'running') this.drawn.add(run.runId);
      this.pinnedId = stored?.pinned ?? null;
    } else {
      for (const run of runs) {
        const isUnderWay = run.state === 'running' || run.state === 'queued';
        if (isUnderWay && !this.#known.has(run.runId)) this.drawn.add(run.runId);
      }
    }
    this.#known = ids;
    for (const runId of this.selected) if (!ids.has(runId)) this.selected.delete(runId);
  }

  /** To be remembered; null while nothing is known yet. */
  get remembered(): Settings['runMarks'] {
    const known = this.#known;
    if (known === null) return null;
    const drawn = [...this.drawn].filter((runId) => known.has(runId)).slice(0, mostRemembered);
    return { drawn, pinned: this.pinnedId };
  }

  /** Selected runs go before drawn ones; only those with a result can be compared. Oldest first. */
  chosenOf(runs: readonly RunSummary[]): Chosen {
    const from = this.selected.size > 0 ? 'selected' : 'drawn';
    const marked = this[from];
    return {
      from,
      runs: runs.filter((run) => marked.has(run.runId) && run.best !== null).toReversed(),
    };
  }
}

/** The newest experiment that has figures, or the newest single runs. */
function firstToDraw(runs: readonly RunSummary[]): readonly string[] {
  const withFigures = runs.filter((run) => run.epochCount > 0);
  const newest = withFigures[0];
  if (newest === undefined) return [];
  const drawn =
    newest.experimentId === null
      ? withFigures.filter((run) => run.experimentId === null).slice(0, firstSingles)
      : withFigures.filter((run) => run.experimentId === newest.experimentId);
  return drawn.map((run) => run.runId);
}
