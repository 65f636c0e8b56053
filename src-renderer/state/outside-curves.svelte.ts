import { SvelteSet } from 'svelte/reactivity';

import type { OutsideCurve } from '#contract/outside-curve.ts';
import { outsideStyle, type RunStyle } from '#core/charts/style-of-run.ts';
import * as m from '#messages';

import type { Bridge } from '../bridge/bridge.ts';
import { useQuery, type Query } from './query.svelte.ts';
import { remember, remembered, textsSchema } from './remembered.ts';
import type { Toasts } from './toasts.svelte.ts';

export type StyledCurve = Readonly<{ curve: OutsideCurve; style: RunStyle }>;

/** Curves of trainings outside of Twofold: seen beside the runs, on every screen that draws them. All are drawn but those put away. */
export class OutsideCurves {
  readonly #bridge: Bridge;
  readonly #toasts: Toasts;
  readonly #query: Query<'outsideCurves.list'>;
  readonly #hidden = new SvelteSet<string>(remembered('outside-curves', textsSchema));

  /** By name; each keeps its dash, whichever others are drawn. */
  readonly all: readonly StyledCurve[] = $derived.by(() =>
    (this.#query.value ?? []).map((curve, index) => ({ curve, style: outsideStyle(index) })),
  );
  readonly drawn = $derived(this.all.filter(({ curve }) => this.isDrawn(curve.curveId)));

  constructor(bridge: Bridge, toasts: Toasts) {
    this.#bridge = bridge;
    this.#toasts = toasts;
    this.#query = useQuery(bridge, 'outsideCurves.list', {
      input: () => ({}),
      events: ['outsideCurves.changed'],
    });
  }

  isDrawn(curveId: string): boolean {
    return !this.#hidden.has(curveId);
  }

  toggleDrawn(curveId: string): void {
    if (!this.#hidden.delete(curveId)) this.#hidden.add(curveId);
    remember('outside-curves', [...this.#hidden]);
  }

  async import(path: string) {
    const result = await this.#bridge.call('outsideCurves.import', { path });
    if (!result.ok) return result.failure;
    const { curves, isFromZero } = result.value;
    for (const { curveId } of curves) if (!this.isDrawn(curveId)) this.toggleDrawn(curveId);
    const counted = m.outside_imported({ count: curves.length });
    this.#toasts.say(isFromZero ? `${counted} ${m.outside_from_zero()}` : counted);
    await this.#query.refresh();
    return null;
  }

  async remove(curve: OutsideCurve): Promise<void> {
    const result = await this.#bridge.call('outsideCurves.remove', { curveId: curve.curveId });
    if (!result.ok) {
      this.#toasts.fail(result.failure);
      return;
    }
    await this.#query.refresh();
    this.#toasts.say(m.diffs_removed({ name: curve.name }), {
      undo: async () => {
        const restored = await this.#bridge.call('outsideCurves.restore', curve);
        if (!restored.ok) this.#toasts.fail(restored.failure);
        await this.#query.refresh();
      },
    });
  }
}
