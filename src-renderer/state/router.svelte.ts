export const screens = ['data', 'new-run', 'runs', 'compare', 'embeddings', 'settings', 'run'] as const;
export type Screen = (typeof screens)[number];
export type Route = Readonly<{ screen: Screen; query: URLSearchParams }>;

/** The address after `#` decides what is shown, so that back, forward, reload and links work. */
export class Router {
  route = $state.raw<Route>(parseHash(window.location.hash));

  /** Follows the address until the returned function is called. */
  listen(): () => void {
    const follow = (): void => {
      this.route = parseHash(window.location.hash);
    };
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

export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const screen = screens.find((name) => name === path) ?? 'data';
  return { screen, query: new URLSearchParams(query) };
}

/** The ids in `?runs=a,b`. */
export function runIdsOf(query: URLSearchParams): readonly string[] {
  return (query.get('runs') ?? '').split(',').filter((id) => id !== '');
}
