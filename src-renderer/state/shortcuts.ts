import * as m from '#messages';

/**
 * Every key, by where it works, in the order in which they are shown: written as `useKeys` reads them. What is not here cannot be
 * handled by `useKeys` (it does not compile), and what is here is shown by "?" and in the settings.
 */
const shortcuts = {
  everywhere: [
    { keys: ['0', '1', '2', '3', '4', '5', '6'], what: m.app_keys_screens },
    { keys: ['Ctrl+,'], what: m.app_nav_settings },
    { keys: ['Ctrl+k'], what: m.app_palette },
    { keys: ['n'], what: m.app_nav_new_run },
    { keys: ['q'], what: m.app_palette_queue },
    { keys: ['Ctrl+z'], what: m.app_undo },
    { keys: ['?'], what: m.app_keys_title },
    { keys: ['Escape'], what: m.app_keys_back },
  ],
  data: [
    { keys: ['j', 'k'], what: m.app_keys_reviews },
    { keys: ['/'], what: m.data_samples_search },
    { keys: ['F2'], what: m.app_keys_rename_dataset },
  ],
  runs: [
    { keys: ['j', 'k'], what: m.app_keys_move },
    { keys: ['Space'], what: m.app_keys_draw },
    { keys: ['x'], what: m.app_keys_select },
    { keys: ['Shift+ArrowUp', 'Shift+ArrowDown', 'Ctrl+a'], what: m.app_keys_select_more },
    { keys: ['c'], what: m.app_keys_compare },
    { keys: ['p'], what: m.app_keys_pin },
    { keys: ['e'], what: m.app_keys_evaluate },
    { keys: ['F2'], what: m.runs_rename },
    { keys: ['t'], what: m.runs_tag },
    { keys: ['m'], what: m.runs_note },
    { keys: ['s'], what: m.runs_favour },
    { keys: ['Delete'], what: m.runs_delete },
    { keys: ['l', 'i', 'Enter'], what: m.app_keys_details },
    { keys: ['/'], what: m.runs_filter },
    { keys: ['Shift+ArrowLeft', 'Shift+ArrowRight'], what: m.app_keys_column_width },
    { keys: ['Ctrl+ArrowLeft', 'Ctrl+ArrowRight'], what: m.app_keys_column_place },
  ],
  embeddings: [
    { keys: ['j', 'k'], what: m.app_keys_reviews },
    { keys: ['[', ']'], what: m.app_keys_epoch },
    { keys: ['ArrowUp', 'ArrowDown'], what: m.app_keys_token },
    { keys: ['ArrowLeft', 'ArrowRight'], what: m.app_keys_axis },
    { keys: ['Enter'], what: m.app_keys_hold },
    { keys: ['Ctrl+c'], what: m.app_keys_copy_row },
  ],
  reports: [
    { keys: ['ArrowUp', 'ArrowDown', 'Home', 'End'], what: m.app_keys_order },
    { keys: ['F2'], what: m.reports_rename },
    { keys: ['Delete'], what: m.reports_delete },
  ],
  charts: [
    { keys: ['y'], what: m.app_keys_log },
    { keys: ['ArrowLeft', 'ArrowRight', 'Home', 'End'], what: m.app_keys_read },
  ],
} as const satisfies Record<
  string,
  readonly Readonly<{ keys: readonly string[]; what: () => string }>[]
>;

export type Place = keyof typeof shortcuts;
/** The keys of a place; Escape goes back from each. */
export type KeyOf<P extends Place> = (typeof shortcuts)[P][number]['keys'][number] | 'Escape';

export type Shortcut = Readonly<{ keys: readonly string[]; what: string }>;
export type ShortcutSection = Readonly<{
  place: Place;
  title: string;
  shortcuts: readonly Shortcut[];
}>;

const titles = {
  everywhere: m.app_keys_everywhere,
  data: m.app_nav_data,
  embeddings: m.app_nav_embeddings,
  reports: m.app_nav_reports,
  charts: m.app_keys_charts,
  // The longest, in a column of its own.
  runs: m.app_nav_runs,
} satisfies Record<Place, () => string>;

/** As they are shown, in the present language. */
export function shortcutSections(): readonly ShortcutSection[] {
  return Object.entries(titles).map(([name, title]) => {
    const place = name as Place;
    return {
      place,
      title: title(),
      shortcuts: shortcuts[place].map(({ keys, what }) => ({
        keys: keys.map(keyLabel),
        what: what(),
      })),
    };
  });
}

const labels: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Delete: 'Del',
  Escape: 'Esc',
};

/** `Ctrl+k` as `Ctrl K`, `Shift+ArrowDown` as `Shift ↓`. */
export function keyLabel(key: string): string {
  return key
    .split('+')
    .map((part) => labels[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');
}
