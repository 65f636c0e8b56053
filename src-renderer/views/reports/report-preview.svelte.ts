import type { Failure } from '#contract/failure.ts';
import type { ReportSpec } from '#contract/report.ts';

import type { Bridge } from '../../bridge/bridge.ts';

/** Typing is waited for this long. */
const settleMs = 250;

/** The page of a report as it is now: asked for one at a time, then for the newest, however fast the report changes. */
export class ReportPreview {
  address = $state<string | null>(null);
  failure = $state.raw<Failure | undefined>();
  /** A sentence for each section that an export leaves out. */
  leftOut = $state.raw<readonly string[]>([]);
  isUnderWay = $state(false);
  readonly #bridge: Bridge;
  #wanted: ReportSpec | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  ask(spec: ReportSpec): void {
    const isFirst = this.address === null && this.#wanted === null && !this.isUnderWay;
    this.#wanted = spec;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#draw(), isFirst ? 0 : settleMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#wanted = null;
  }

  async #draw(): Promise<void> {
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    while (this.#wanted !== null) {
      const spec = this.#wanted;
      this.#wanted = null;
      const result = await this.#bridge.call('reports.preview', { spec });
      this.failure = result.ok ? undefined : result.failure;
      if (!result.ok) continue;
      this.address = result.value.address;
      this.leftOut = result.value.leftOut;
    }
    this.isUnderWay = false;
  }
}
