import type { Settings } from '#contract/settings.ts';

type Theme = Settings['theme'];
const storageKey = 'twofold.theme';

/** Before the settings are fetched, so that a dark window does not start white. */
export function applyStoredTheme(): void {
  const stored = localStorage.getItem(storageKey);
  applyTheme(stored === 'light' || stored === 'dark' ? stored : 'system');
}

/** Sets the theme and, for `system`, follows the system until the returned function is called. */
export function applyTheme(theme: Theme): () => void {
  localStorage.setItem(storageKey, theme);
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  const set = (): void => {
    const isDark = theme === 'dark' || (theme === 'system' && query.matches);
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
    appliedTheme.isDark = isDark;
  };
  set();
  query.addEventListener('change', set);
  return () => query.removeEventListener('change', set);
}

/** For what is painted rather than styled (canvas): read it inside an effect to repaint on a change. */
export const appliedTheme = $state({ isDark: false });
