import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { innerWidth } from 'svelte/reactivity/window';
import { z } from 'zod';

import type { RunSummary } from '#contract/run.ts';
import type { Settings } from '#contract/settings.ts';

import { styleOfRun, type ColourMode, type RunStyle } from '#core/charts/style-of-run.ts';
import {
  initialSpec,
  nothingHovered,
  type AxisKind,
  type CurvesSpec,
  type CurvesState,
} from '../../charts/curves/model.ts';
import type { Brushes } from '../../charts/parallel/model.ts';
import { remember, remembered, textsSchema } from '../../state/remembered.ts';
import type { RunMarks } from '../../state/run-marks.svelte.ts';
import { chosenColumns, columnOf, type ChosenColumn } from '../../parts/runs/columns.ts';
import { parseFilter } from './filter.ts';
import { labelsOf } from '#core/run-labels.ts';
import { baselineOf, flatGroup, groupRuns, type Group, type Sort } from '../../parts/runs/rows.ts';

export type Details = 'log' | 'info';
/** What stands beside the table. */
export type Plot = 'curves' | 'scatter' | 'parallel';
/** What stands together in the table; a configuration is runs that differ in the seed alone. */
type Grouping = 'experiment' | 'configuration' | 'none';
type OpenDialog = 'columns' | 'tags' | 'note' | 'bundle export' | 'bundle import';
const share = z.number().min(0.2).max(0.8).nullable().catch(null);
const texts = textsSchema.nullable().catch(null);
const rememberedSchema = z.object({
  colours: z.enum(['variant', 'run']).catch('variant'),
  axis: z.enum(['epoch', 'step', 'time']).catch('epoch'),
  grouping: z.enum(['experiment', 'configuration', 'none']).catch('experiment'),
  plot: z.enum(['curves', 'scatter', 'parallel']).catch('curves'),
  charts: texts,
  scatterAxes: texts,
  parallelAxes: texts,
  split: share,
  detailsSplit: share,
});

/** What a person chose on the Runs screen. The choices that matter tomorrow are remembered. */
export class RunsPage {
  filter = $state('');
  grouping = $state<Grouping>('experiment');
  sort = $state.raw<Sort>({ key: 'created', direction: 'ascending' });
  colours = $state<ColourMode>('variant');
  axis = $state<AxisKind>('epoch');
  spec = $state.raw<CurvesSpec>(initialSpec);
  hover = $state.raw<CurvesState>(nothingHovered);
  /** Weight of the moving average, 0 is off; null: each chart's own. */
  smoothing = $state<number | null>(null);
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
  /** What is drawn, selected and pinned: other screens know it too. */
  readonly marks: RunMarks;
  readonly collapsed = new SvelteSet<string>();
  /** Columns while somebody drags one; the settings have them otherwise. */
  draftColumns = $state.raw<readonly ChosenColumn[] | null>(null);
  readonly #runs: () => readonly RunSummary[] | undefined;
  readonly #storedColumns: () => Settings['runColumns'];
  /** Where a range of selected runs begins. */
  #anchorId: string | null = null;
  /** The rows as they last stood, to know which one follows a run that is gone. */
  #places: readonly string[] = [];
  /** Takes the focus as soon as it is in the list. */
  #awaitedId: string | null = null;

  constructor(
    runs: () => readonly RunSummary[] | undefined,
    storedColumns: () => Settings['runColumns'],
    marks: RunMarks,
  ) {
    this.#runs = runs;
    this.#storedColumns = storedColumns;
    this.marks = marks;
    Object.assign(this, remembered('runs', rememberedSchema));
  }

  get drawn(): SvelteSet<string> {
    return this.marks.drawn;
  }

  get selected(): SvelteSet<string> {
    return this.marks.selected;
  }

  get pinnedId(): string | null {
    return this.marks.pinnedId;
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
  /** Somebody looks at figures that are read from predictions. */
  readonly needsFigures = $derived(
    this.parsedFilter.isPredicted ||
      [
        ...this.columns.map(({ column }) => column.id),
        ...(this.scatterAxes ?? []),
        ...(this.parallelAxes ?? []),
        this.sort.key,
      ].some((id) => columnOf(id)?.isPredicted === true),
  );
  readonly shown = $derived(this.runs.filter(this.parsedFilter.matches));
  readonly groups: readonly Group[] = $derived.by(() => {
    if (this.shown.length === 0) return [];
    return this.grouping === 'none'
      ? [flatGroup(this.shown, this.sort)]
      : groupRuns(this.shown, this.sort, this.grouping, this.runs);
  });
  /** The rows as they stand, top to bottom. */
  readonly rows = $derived(
    this.groups.flatMap((group) => (this.collapsed.has(group.groupId) ? [] : group.runs)),
  );
  readonly baseline = $derived(baselineOf(this.runs, this.pinnedId));
  readonly focused = $derived(this.runs.find((run) => run.runId === this.focusId) ?? null);
  readonly drawnRuns = $derived(this.runs.filter((run) => this.drawn.has(run.runId)).toReversed());
  readonly labels = $derived(labelsOf(this.drawnRuns));
  readonly chosen = $derived.by(() => this.marks.chosenOf(this.runs));
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

  /** Keeps the focus on a run that is listed: on the row that followed one that is gone, and back on that one when it returns. */
  follow(): 'moved' | 'returned' | null {
    const runs = this.#runs();
    if (runs === undefined) return null;
    const ids = new Set(runs.map((run) => run.runId));
    const before = this.focusId;
    const isBack = this.#awaitedId !== null && ids.has(this.#awaitedId);
    if (isBack) {
      this.focusId = this.#awaitedId;
      this.#awaitedId = null;
    } else if (this.focusId === null || !ids.has(this.focusId)) {
      const place = this.#places.indexOf(this.focusId ?? '');
      const after =
        place < 0
          ? []
          : [...this.#places.slice(place + 1), ...this.#places.slice(0, place).reverse()];
      this.focusId =
        after.find((runId) => ids.has(runId)) ??
        runs.find((run) => run.state === 'running')?.runId ??
        this.rows[0]?.runId ??
        null;
    }
    this.#places = this.rows.map((run) => run.runId);
    if (isBack) return 'returned';
    return before !== null && before !== this.focusId ? 'moved' : null;
  }

  /** A run that comes back from the trash takes the focus again. */
  awaitFocus(runId: string | null): void {
    this.#awaitedId = runId;
  }

  /** Moves the focus by rows, to the ends at most. */
  move(by: number): void {
    const index = this.rows.findIndex((run) => run.runId === this.focusId);
    const next = this.rows[Math.max(0, Math.min(this.rows.length - 1, index + by))];
    if (next !== undefined) this.focusId = next.runId;
  }

  remember(): void {
    remember('runs', rememberedSchema.parse(this));
  }
}

export const [useRunsPage, provideRunsPage] = createContext<RunsPage>();
