import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { innerWidth } from 'svelte/reactivity/window';

import type { RunSummary } from '#contract/run.ts';
import type { Settings } from '#contract/settings.ts';

import { styleOfRun, type ColourMode, type RunStyle } from '../../charts/common/style-of-run.ts';
import { initialSpec, nothingHovered, type AxisKind, type CurvesSpec, type CurvesState } from '../../charts/curves/model.ts';
import type { Brushes } from '../../charts/parallel/model.ts';
import { chosenColumns, type ChosenColumn } from './columns.ts';
import { parseFilter } from './filter.ts';
import { labelsOf } from './labels.ts';
import { baselineOf, flatGroup, groupRuns, isUnderWay, type Group, type Sort } from './rows.ts';

export type Details = 'log' | 'info';
/** What stands beside the table. */
export type Plot = 'curves' | 'scatter' | 'parallel';
type OpenDialog = 'columns' | 'tags' | 'note';
type Remembered = Readonly<{
  pinnedId: string | null;
  colours: ColourMode;
  axis: AxisKind;
  grouping: 'experiment' | 'none';
  drawn: readonly string[] | null;
  plot: Plot;
  charts: readonly string[] | null;
  scatterAxes: readonly string[] | null;
  parallelAxes: readonly string[] | null;
  split: number | null;
  detailsSplit: number | null;
}>;

const storageKey = 'twofold.runs';
/** Of the newest experiment, drawn when the screen is first opened. */
const firstDrawn = 6;

/** What a person chose on the Runs screen. The choices that matter tomorrow are remembered. */
export class RunsPage {
  filter = $state('');
  grouping = $state<'experiment' | 'none'>('experiment');
  sort = $state.raw<Sort>({ key: 'created', direction: 'ascending' });
  colours = $state<ColourMode>('variant');
  axis = $state<AxisKind>('epoch');
  spec = $state.raw<CurvesSpec>(initialSpec);
  hover = $state.raw<CurvesState>(nothingHovered);
  /** Weight of the moving average, 0 is off; null: each chart's own. */
  smoothing = $state<number | null>(null);
  pinnedId = $state<string | null>(null);
  focusId = $state<string | null>(null);
  renamingId = $state<string | null>(null);
  details = $state<Details | null>(null);
  dialog = $state<OpenDialog | null>(null);
  plot = $state<Plot>('curves');
  /** Ids of the charts that are shown; null: the standard ones. */
  charts = $state.raw<readonly string[] | null>(null);
  /** Ids of columns: x, y. Null: the standard ones. */
  scatterAxes = $state.raw<readonly string[] | null>(null);
  parallelAxes = $state.raw<readonly string[] | null>(null);
  /** Shares of the table beside the charts, and of these above the details; null: the standard ones. */
  split = $state<number | null>(null);
  detailsSplit = $state<number | null>(null);
  /** By whose intervals the runs are selected; a selection made elsewhere ends them. */
  brushes = $state.raw<Brushes>({});
  readonly drawn = new SvelteSet<string>();
  /** Marked for an act on several. */
  readonly selected = new SvelteSet<string>();
  readonly collapsed = new SvelteSet<string>();
  /** Columns while somebody drags one; the settings have them otherwise. */
  draftColumns = $state.raw<readonly ChosenColumn[] | null>(null);
  readonly #runs: () => readonly RunSummary[] | undefined;
  readonly #storedColumns: () => Settings['runColumns'];
  /** Where a range of selected runs begins. */
  #anchorId: string | null = null;
  #known: Set<string> | null = null;
  #storedDrawn: readonly string[] | null = null;

  constructor(runs: () => readonly RunSummary[] | undefined, storedColumns: () => Settings['runColumns']) {
    this.#runs = runs;
    this.#storedColumns = storedColumns;
    this.#restore();
  }

  readonly runs = $derived.by(() => this.#runs() ?? []);
  readonly columns = $derived.by(
    () => this.draftColumns ?? chosenColumns(this.#storedColumns(), innerWidth.current ?? 1280),
  );
  readonly parsedFilter = $derived(
    parseFilter(this.filter, {
      isDrawn: (runId) => this.drawn.has(runId),
      isSelected: (runId) => this.selected.has(runId),
    }),
  );
  readonly shown = $derived(this.runs.filter(this.parsedFilter.matches));
  readonly groups: readonly Group[] = $derived.by(() => {
    if (this.shown.length === 0) return [];
    return this.grouping === 'none' ? [flatGroup(this.shown, this.sort)] : groupRuns(this.shown, this.sort);
  });
  /** The rows as they stand, top to bottom. */
  readonly rows = $derived(
    this.groups.flatMap((group) => (this.collapsed.has(group.groupId) ? [] : group.runs)),
  );
  readonly baseline = $derived(baselineOf(this.runs, this.pinnedId));
  readonly focused = $derived(this.runs.find((run) => run.runId === this.focusId) ?? null);
  readonly drawnRuns = $derived(this.runs.filter((run) => this.drawn.has(run.runId)).toReversed());
  readonly labels = $derived(labelsOf(this.drawnRuns));
  /** What the buttons below act on: the selected runs, or else the one in focus. */
  readonly targets = $derived.by<readonly RunSummary[]>(() => {
    const selected = this.runs.filter((run) => this.selected.has(run.runId));
    return selected.length > 0 ? selected : this.focused === null ? [] : [this.focused];
  });

  styleOf(run: RunSummary): RunStyle {
    return styleOfRun(run, this.colours);
  }

  toggleDrawn(runId: string): void {
    if (!this.drawn.delete(runId)) this.drawn.add(runId);
  }

  drawOnly(runIds: readonly string[]): void {
    const wanted = new Set(runIds);
    for (const runId of this.drawn) if (!wanted.has(runId)) this.drawn.delete(runId);
    for (const runId of wanted) this.drawn.add(runId);
  }

  toggleSelected(runId: string): void {
    if (!this.selected.delete(runId)) this.selected.add(runId);
    this.#anchorId = runId;
    this.brushes = {};
  }

  /** Selects the rows from where the last one was selected (or the focus was) to this one. */
  selectTo(runId: string): void {
    const ids = this.rows.map((run) => run.runId);
    const from = ids.indexOf(this.#anchorId ?? this.focusId ?? runId);
    const to = ids.indexOf(runId);
    if (to < 0) return;
    const start = from < 0 ? to : from;
    this.#anchorId = ids[start] ?? null;
    this.select(ids.slice(Math.min(start, to), Math.max(start, to) + 1));
  }

  /** These and no others. */
  select(runIds: readonly string[]): void {
    this.selectBrushed({}, runIds);
  }

  selectBrushed(brushes: Brushes, runIds: readonly string[]): void {
    this.brushes = brushes;
    const wanted = new Set(runIds);
    for (const runId of this.selected) if (!wanted.has(runId)) this.selected.delete(runId);
    for (const runId of wanted) this.selected.add(runId);
  }

  /** Follows the list: draws some at first and every run that is started later, forgets those that are gone. */
  follow(): void {
    const runs = this.#runs();
    if (runs === undefined) return;
    const ids = new Set(runs.map((run) => run.runId));
    if (this.#known === null) {
      for (const runId of this.#storedDrawn ?? firstToDraw(runs)) if (ids.has(runId)) this.drawn.add(runId);
      for (const run of runs) if (run.state === 'running') this.drawn.add(run.runId);
    } else {
      for (const run of runs) if (!this.#known.has(run.runId) && isUnderWay(run)) this.drawn.add(run.runId);
    }
    this.#known = ids;
    for (const set of [this.drawn, this.selected]) for (const runId of set) if (!ids.has(runId)) set.delete(runId);
    if (this.focusId === null || !ids.has(this.focusId)) {
      this.focusId = runs.find((run) => run.state === 'running')?.runId ?? this.rows[0]?.runId ?? null;
    }
  }

  /** Moves the focus by rows, to the ends at most. */
  move(by: number): void {
    const index = this.rows.findIndex((run) => run.runId === this.focusId);
    const next = this.rows[Math.max(0, Math.min(this.rows.length - 1, index + by))];
    if (next !== undefined) this.focusId = next.runId;
  }

  remember(): void {
    const remembered: Remembered = {
      pinnedId: this.pinnedId,
      colours: this.colours,
      axis: this.axis,
      grouping: this.grouping,
      drawn: this.#known === null ? this.#storedDrawn : [...this.drawn],
      plot: this.plot,
      charts: this.charts,
      scatterAxes: this.scatterAxes,
      parallelAxes: this.parallelAxes,
      split: this.split,
      detailsSplit: this.detailsSplit,
    };
    localStorage.setItem(storageKey, JSON.stringify(remembered));
  }

  #restore(): void {
    try {
      const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Remembered>;
      this.pinnedId = stored.pinnedId ?? null;
      this.colours = stored.colours === 'run' ? 'run' : 'variant';
      this.axis = stored.axis === 'step' || stored.axis === 'time' ? stored.axis : 'epoch';
      this.grouping = stored.grouping === 'none' ? 'none' : 'experiment';
      this.plot = stored.plot === 'scatter' || stored.plot === 'parallel' ? stored.plot : 'curves';
      this.charts = stringsOf(stored.charts);
      this.scatterAxes = stringsOf(stored.scatterAxes);
      this.parallelAxes = stringsOf(stored.parallelAxes);
      this.split = shareOf(stored.split);
      this.detailsSplit = shareOf(stored.detailsSplit);
      this.#storedDrawn = Array.isArray(stored.drawn) && stored.drawn.length > 0 ? stored.drawn : null;
    } catch {
      // A damaged note of choices is not worth a word: the defaults hold.
    }
  }
}

export const [useRunsPage, provideRunsPage] = createContext<RunsPage>();

function stringsOf(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}

function shareOf(value: unknown): number | null {
  return typeof value === 'number' && value >= 0.2 && value <= 0.8 ? value : null;
}

function firstToDraw(runs: readonly RunSummary[]): readonly string[] {
  const withFigures = runs.filter((run) => run.epochCount > 0);
  const newest = withFigures[0];
  if (newest === undefined) return [];
  const siblings =
    newest.experimentId === null ? withFigures : withFigures.filter((run) => run.experimentId === newest.experimentId);
  return siblings.slice(0, firstDrawn).map((run) => run.runId);
}
