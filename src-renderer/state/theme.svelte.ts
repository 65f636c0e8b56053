import { settingsSchema, type Settings } from '#contract/settings.ts';

import { remember, remembered } from './remembered.ts';

type Theme = Settings['theme'];

/** Before the settings are fetched, so that a dark window does not start white. */
export function applyStoredTheme(): void {
  applyTheme(remembered('theme', settingsSchema.shape.theme) ?? 'system');
}

/** Sets the theme and, for `system`, follows the system until the returned function is called. */
export function applyTheme(theme: Theme): () => void {
  remember('theme', theme);
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
