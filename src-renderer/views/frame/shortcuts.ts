import * as m from '../../messages/compiled/messages.js';

export type Shortcut = Readonly<{ keys: readonly string[]; what: string }>;
export type ShortcutSection = Readonly<{ title: string; shortcuts: readonly Shortcut[] }>;

/** Every key, by where it works. */
export function shortcutSections(): readonly ShortcutSection[] {
  return [
    {
      title: m.app_keys_everywhere(),
      shortcuts: [
        { keys: ['1', '2', '3', '4', '5', '6'], what: m.app_keys_screens() },
        { keys: ['Ctrl ,'], what: m.app_nav_settings() },
        { keys: ['Ctrl K'], what: m.app_palette() },
        { keys: ['N'], what: m.app_nav_new_run() },
        { keys: ['Q'], what: m.app_palette_queue() },
        { keys: ['Ctrl Z'], what: m.app_undo() },
        { keys: ['?'], what: m.app_keys_title() },
        { keys: ['Esc'], what: m.app_keys_back() },
      ],
    },
    {
      title: m.app_nav_runs(),
      shortcuts: [
        { keys: ['J', 'K'], what: m.app_keys_move() },
        { keys: ['Space'], what: m.app_keys_draw() },
        { keys: ['X'], what: m.app_keys_select() },
        { keys: ['Shift ↓', 'Ctrl A'], what: m.app_keys_select_more() },
        { keys: ['C'], what: m.app_keys_compare() },
        { keys: ['P'], what: m.app_keys_pin() },
        { keys: ['E'], what: m.app_keys_evaluate() },
        { keys: ['F2'], what: m.runs_rename() },
        { keys: ['T'], what: m.runs_tag() },
        { keys: ['M'], what: m.runs_note() },
        { keys: ['S'], what: m.runs_favour() },
        { keys: ['Del'], what: m.runs_delete() },
        { keys: ['L', 'I'], what: m.app_keys_details() },
        { keys: ['/'], what: m.runs_filter() },
      ],
    },
    {
      title: m.app_nav_reports(),
      shortcuts: [
        { keys: ['↑', '↓', 'Home', 'End'], what: m.app_keys_order() },
        { keys: ['F2'], what: m.reports_rename() },
        { keys: ['Del'], what: m.reports_delete() },
      ],
    },
    {
      title: m.app_keys_charts(),
      shortcuts: [
        { keys: ['Y'], what: m.app_keys_log() },
        { keys: ['←', '→'], what: m.app_keys_read() },
      ],
    },
  ];
}
