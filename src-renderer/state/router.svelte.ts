export const screens = [
  'start',
  'data',
  'new-run',
  'runs',
  'compare',
  'embeddings',
  'reports',
  'settings',
  'run',
] as const;
export type Screen = (typeof screens)[number];
export type Route = Readonly<{ screen: Screen; query: URLSearchParams }>;

/** The address after `#` decides what is shown, so that back, forward, reload and links work. */
export class Router {
  route = $state.raw<Route>(parseHash(window.location.hash));

  /** Follows the address until the returned function is called. An address of no screen is corrected, and told. */
  listen(onCorrected: (path: string) => void): () => void {
    const follow = (): void => {
      const path = pathOf(window.location.hash);
      const { screen, query } = parseHash(window.location.hash);
      if (path !== '' && path !== screen) {
        window.history.replaceState(null, '', hrefOf(screen, Object.fromEntries(query)));
        onCorrected(path);
      }
      this.route = { screen, query };
    };
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }

  go(screen: Screen, query: Record<string, string> = {}): void {
    window.location.hash = hrefOf(screen, query);
  }

  /** Changes the query of the present screen without a step in the history. */
  replaceQuery(query: Record<string, string>): void {
    window.history.replaceState(null, '', hrefOf(this.route.screen, query));
    this.route = parseHash(window.location.hash);
  }
}

/** `#/compare?runs=a,b` */
export function hrefOf(screen: Screen, query: Record<string, string> = {}): string {
  const text = Object.entries(query)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`)
    .join('&');
  return `#/${screen}${text === '' ? '' : `?${text}`}`;
}

/** Screens on which there is what an address may name. */
const places: ReadonlyMap<string, Screen> = new Map([
  ['queue', 'runs'],
  ['experiments', 'runs'],
]);

const pathOf = (hash: string): string => hash.replace(/^#\/?/, '').split('?')[0] ?? '';

export function parseHash(hash: string): Route {
  const path = pathOf(hash);
  const [, query = ''] = hash.split('?');
  const screen = screens.find((name) => name === path) ?? places.get(path) ?? 'start';
  return { screen, query: new URLSearchParams(query) };
}

/** The ids in `?runs=a,b`, each once. */
export function runIdsOf(query: URLSearchParams): readonly string[] {
  return [...new Set((query.get('runs') ?? '').split(',').filter((id) => id !== ''))];
}
