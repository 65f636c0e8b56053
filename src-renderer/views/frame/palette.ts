import * as m from '#messages';

import { ExampleActions } from '../../parts/example/example-actions.ts';
import type { AppState } from '../../state/app.svelte.ts';

/** Something the palette can show or do. */
export type Entry = Readonly<{
  id: string;
  label: string;
  kind: string;
  keys?: string;
  run: () => void;
}>;

export function entriesOf(app: AppState): Entry[] {
  const { router } = app;
  const screen = m.app_palette_screen();
  const command = m.app_palette_command();
  const screens: Entry[] = [
    {
      id: 'start',
      label: m.app_nav_start(),
      kind: screen,
      keys: '0',
      run: () => router.go('start'),
    },
    { id: 'data', label: m.app_nav_data(), kind: screen, keys: '1', run: () => router.go('data') },
    {
      id: 'new-run',
      label: m.app_nav_new_run(),
      kind: screen,
      keys: 'N',
      run: () => router.go('new-run'),
    },
    { id: 'runs', label: m.app_nav_runs(), kind: screen, keys: '3', run: () => router.go('runs') },
    {
      id: 'compare',
      label: m.app_nav_compare(),
      kind: screen,
      keys: '4',
      run: () => router.go('compare'),
    },
    {
      id: 'embeddings',
      label: m.app_nav_embeddings(),
      kind: screen,
      keys: '5',
      run: () => router.go('embeddings'),
    },
    {
      id: 'reports',
      label: m.app_nav_reports(),
      kind: screen,
      keys: '6',
      run: () => router.go('reports'),
    },
    {
      id: 'trash',
      label: m.app_trash(),
      kind: screen,
      run: () => router.go('runs', { trash: '1' }),
    },
    {
      id: 'settings',
      label: m.app_nav_settings(),
      kind: screen,
      keys: 'Ctrl ,',
      run: () => router.go('settings'),
    },
  ];
  const commands: Entry[] = [
    {
      id: 'pair',
      label: m.app_palette_pair(),
      kind: command,
      run: () => router.go('new-run', { preset: 'pair' }),
    },
    {
      id: 'grid',
      label: m.app_palette_grid(),
      kind: command,
      run: () => router.go('new-run', { preset: 'grid' }),
    },
    {
      id: 'example',
      label: m.app_palette_example(),
      kind: command,
      run: () => void new ExampleActions(app).open(),
    },
    {
      id: 'example-remove',
      label: m.app_palette_example_remove(),
      kind: command,
      run: () => void new ExampleActions(app).remove(),
    },
    {
      id: 'report',
      label: m.reports_new(),
      kind: command,
      run: () => router.go('reports', { new: '1' }),
    },
    {
      id: 'light',
      label: m.app_palette_light(),
      kind: command,
      run: () => void app.changeSetting('theme', 'light', m.settings_theme()),
    },
    {
      id: 'dark',
      label: m.app_palette_dark(),
      kind: command,
      run: () => void app.changeSetting('theme', 'dark', m.settings_theme()),
    },
    {
      id: 'queue',
      label: m.app_palette_queue(),
      kind: command,
      keys: 'Q',
      run: () => (app.isQueueOpen = true),
    },
    {
      id: 'keys',
      label: m.app_keys_title(),
      kind: command,
      keys: '?',
      run: () => (app.areShortcutsOpen = true),
    },
    {
      id: 'undo',
      label: m.app_undo(),
      kind: command,
      keys: 'Ctrl Z',
      run: () => void app.toasts.undo(),
    },
  ];
  const sections = [
    ['appearance', m.settings_appearance()],
    ['appearance', m.settings_language()],
    ['comparisons', m.settings_comparisons()],
    ['queue', m.settings_queue()],
    ['storage', m.settings_storage()],
    ['backups', m.backups_title()],
    ['machine', m.settings_machine()],
    ['keys', m.settings_keys()],
    ['about', m.settings_about()],
    ['about', m.app_palette_licences()],
  ] as const;
  const settings = sections.map(([section, name], index): Entry => ({
    id: `settings-${index}`,
    label: m.app_palette_settings({ section: name }),
    kind: command,
    run: () => router.go('settings', { section }),
  }));
  const runs = (app.runs.value ?? []).map((run): Entry => ({
    id: `run-${run.runId}`,
    label: run.name,
    kind: m.app_palette_run(),
    run: () => router.go('runs', { focus: run.runId }),
  }));
  const datasets = (app.datasets.value ?? []).map((dataset): Entry => ({
    id: `dataset-${dataset.datasetId}`,
    label: dataset.name,
    kind: m.app_trash_dataset(),
    run: () => {
      app.shownDatasetId = dataset.datasetId;
      router.go('data');
    },
  }));
  return [...screens, ...commands, ...settings, ...runs, ...datasets];
}
