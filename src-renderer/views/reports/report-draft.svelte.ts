import type { Failure } from '#contract/failure.ts';
import {
  reportSpecSchema,
  type Report,
  type ReportBlock,
  type ReportSpec,
} from '#contract/report.ts';

import type { Bridge } from '../../bridge/bridge.ts';

/** A block with a name of its own, whatever becomes of its place and content. */
export type DraftBlock = Readonly<{ key: string; block: ReportBlock }>;
type Changes = Partial<Pick<ReportDraft, 'title' | 'runIds' | 'curveIds' | 'weights' | 'blocks'>>;

const saveAfterMs = 400;

/** A report while somebody composes it. Every change is saved by itself, also after the screen has gone. */
export class ReportDraft {
  readonly reportId: string;
  title = $state('');
  runIds = $state.raw<readonly string[]>([]);
  /** Of curves from outside. */
  curveIds = $state.raw<readonly string[]>([]);
  weights = $state<ReportSpec['weights']>('best');
  blocks = $state.raw<readonly DraftBlock[]>([]);
  isSaved = $state(true);
  /** Why the last change is not saved. */
  failure = $state.raw<Failure | undefined>();
  readonly #bridge: Bridge;
  #stored = $state.raw<ReportSpec>() as ReportSpec;
  #lastKey = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;

  constructor(bridge: Bridge, { reportId, spec }: Report) {
    this.#bridge = bridge;
    this.reportId = reportId;
    this.#adopt(spec);
  }

  /** One sentence where the title is none. */
  readonly titleProblem = $derived(
    reportSpecSchema.shape.title.safeParse(this.title).error?.issues[0]?.message,
  );

  /** As it is saved and shown: with its last title while none is typed. */
  readonly spec: ReportSpec = $derived(
    reportSpecSchema.parse({
      title: this.titleProblem === undefined ? this.title : this.#stored.title,
      runIds: [...this.runIds],
      experimentId: this.#stored.experimentId,
      ...(this.curveIds.length === 0 ? {} : { curveIds: [...this.curveIds] }),
      weights: this.weights,
      blocks: this.blocks.map(({ block }) => block),
    }),
  );

  change(changes: Changes): void {
    Object.assign(this, changes);
    this.isSaved = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), saveAfterMs);
  }

  keyed(block: ReportBlock): DraftBlock {
    return { key: String(++this.#lastKey), block };
  }

  /** What another window saved, unless there is a change here that is not saved yet. */
  follow({ spec }: Report): void {
    if (this.isSaved && !isSame(spec, this.#stored)) this.#adopt(spec);
  }

  /** At once; once more for what is changed meanwhile. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isSaving) return;
    this.#isSaving = true;
    this.failure = undefined;
    while (!isSame(this.spec, this.#stored) && this.failure === undefined) {
      const { spec, reportId } = this;
      const result = await this.#bridge.call('reports.save', { reportId, spec });
      if (result.ok) this.#stored = spec;
      else this.failure = result.failure;
    }
    this.#isSaving = false;
    this.isSaved = this.failure === undefined;
  }

  #adopt(spec: ReportSpec): void {
    this.#stored = spec;
    this.title = spec.title;
    this.runIds = spec.runIds;
    this.curveIds = spec.curveIds ?? [];
    this.weights = spec.weights;
    this.blocks = spec.blocks.map((block) => this.keyed(block));
  }
}

const isSame = (a: ReportSpec, b: ReportSpec): boolean => JSON.stringify(a) === JSON.stringify(b);
