import type { RunConfig } from '#contract/run-config.ts';
import type { StopRule } from '#core/model/early-stopping.ts';

type Patience = RunConfig['patience'];

/** The slider of patience goes from 1 to this many epochs, or to what the run was trained with; one step further it never stops. */
const mostPatience = 20;

export function longestPatience(trained: Patience): number {
  return trained === 'none' ? mostPatience : Math.max(mostPatience, trained);
}

/** Where a patience stands on a slider that ends with "never". */
export function positionOf(patience: Patience, longest: number): number {
  return patience === 'none' ? longest + 1 : patience;
}

export function patienceAt(position: number, longest: number): Patience {
  return position > longest ? 'none' : position;
}

export function isSameRule(a: StopRule, b: StopRule): boolean {
  return a.patience === b.patience && a.minDelta === b.minDelta;
}
