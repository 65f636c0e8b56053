import { calls, type Handlers, type Noun, type Served } from '#contract/index.ts';

import { typedPath } from './files/typed-path.ts';

/** What is done to a home while its databases are closed: by whoever opens it (workbench.ts). */
export type HomeCall = Extract<keyof Handlers, `home.${string}`>;

/** Each call is its service's method of the same name. A path in its input was typed in a window. */
export function handlersOf(
  services: Readonly<{ [N in Exclude<Noun, 'home'>]: Served<N> }>,
): Omit<Handlers, HomeCall> {
  return Object.fromEntries(
    Object.keys(calls).flatMap((name) => {
      const [noun = '', verb = ''] = name.split('.');
      if (noun === 'home') return [];
      const service = services[noun as keyof typeof services] as Readonly<
        Record<string, (input: unknown) => unknown>
      >;
      return [
        [
          name,
          (input: object) =>
            service[verb]?.('path' in input ? typedPath(input as { path: string }) : input),
        ],
      ];
    }),
  ) as unknown as Omit<Handlers, HomeCall>;
}
