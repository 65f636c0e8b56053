import type { Failure, Result } from '#contract/failure.ts';
import type { Report } from '#contract/report.ts';
import * as m from '#messages';

import type { AppState } from '../../state/app.svelte.ts';

/** What can be done to reports as a whole; what can be undone says so. */
export class ReportActions {
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Saves a new one with the usual sections and opens it. Null where that went well, else why not. */
  async create(
    runIds: readonly string[],
    curveIds: readonly string[] = [],
  ): Promise<Failure | null> {
    const draft = await this.#app.bridge.call('reports.draft', {
      runIds: [...runIds],
      curveIds: [...curveIds],
    });
    if (!draft.ok) return draft.failure;
    const saved = await this.#app.bridge.call('reports.save', { spec: draft.value });
    if (!saved.ok) return saved.failure;
    this.#app.router.replaceQuery({ report: saved.value.reportId });
    return null;
  }

  async rename({ reportId, spec }: Report, wanted: string): Promise<void> {
    const title = wanted.trim();
    if (title === '' || title === spec.title) return;
    const send = async (to: string): Promise<boolean> => {
      // As it is now: somebody may be composing it elsewhere.
      const found = await this.#app.bridge.call('reports.get', { reportId });
      if (!found.ok) return this.#report(found);
      return this.#report(
        await this.#app.bridge.call('reports.save', {
          reportId,
          spec: { ...found.value.spec, title: to },
        }),
      );
    };
    if (!(await send(title))) return;
    this.#app.toasts.say(m.reports_renamed({ title }), {
      undo: async () => {
        await send(spec.title);
      },
    });
  }

  async remove({ reportId, spec: { title } }: Pick<Report, 'reportId' | 'spec'>): Promise<void> {
    if (!this.#report(await this.#app.bridge.call('reports.remove', { reportIds: [reportId] })))
      return;
    this.#app.toasts.say(m.reports_removed({ title }), { undo: () => this.restore(reportId) });
  }

  async restore(reportId: string): Promise<void> {
    this.#report(await this.#app.bridge.call('reports.restore', { reportIds: [reportId] }));
  }

  #report(result: Result<unknown>): boolean {
    if (!result.ok) this.#app.toasts.fail(result.failure);
    return result.ok;
  }
}
