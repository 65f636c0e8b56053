import type { RunSummary } from '#contract/run.ts';
import * as m from '#messages';

type Basis = NonNullable<RunSummary['expected']>['basis'];

const words: { readonly [B in Basis]: () => string } = {
  probed: m.runs_basis_probed,
  measured: m.runs_basis_measured,
  assumed: m.runs_basis_assumed,
};

/** Where an estimate comes from. */
export function basisWords(basis: Basis): string {
  return words[basis]();
}
