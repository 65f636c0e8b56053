import { calls, type CallInput, type CallName, type Noun, type Served } from '#contract/index.ts';

export type AsWindow<N extends Noun, S> = {
  readonly [V in keyof S]: V extends keyof Served<N>
    ? `${N}.${V & string}` extends infer C extends CallName
      ? S[V] extends (...input: never[]) => infer O
        ? (input: CallInput<C>) => O
        : never
      : never
    : S[V];
};

/** A service as the window asks it: what an input leaves out is filled in. */
export function asWindow<N extends Noun, S extends Served<N>>(noun: N, service: S): AsWindow<N, S> {
  const methods = Object.entries(service).map(([verb, method]) => {
    const call = Object.entries(calls).find(([name]) => name === `${noun}.${verb}`)?.[1];
    return call === undefined
      ? [verb, method]
      : [
          verb,
          (input: unknown) =>
            (method as (input: unknown) => unknown)(call.input.parse(input ?? {})),
        ];
  });
  return Object.fromEntries(methods) as AsWindow<N, S>;
}
