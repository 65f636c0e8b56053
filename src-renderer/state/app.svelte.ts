import { createContext, untrack } from 'svelte';

import { defaultSettings, type Settings } from '#contract/settings.ts';
import * as m from '#messages';

import type { Bridge, ConnectionState } from '../bridge/bridge.ts';
import { Home } from './home.svelte.ts';
import { JobList } from './jobs.svelte.ts';
import { applyLanguage } from './language.ts';
import { NewRunForm } from './new-run/form.svelte.ts';
import { useQuery, type Query } from './query.svelte.ts';
import { OutsideCurves } from './outside-curves.svelte.ts';
import { Router } from './router.svelte.ts';
import { RunList } from './run-list.svelte.ts';
import { RunMarks } from './run-marks.svelte.ts';
import { applyTheme } from './theme.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

const systemRefreshMs = 15_000;
const rememberAfterMs = 400;

/** What every screen shares. Made once by App.svelte; reached with `useApp()`. */
export class AppState {
  readonly bridge: Bridge;
  readonly router = new Router();
  readonly toasts = new Toasts();
  readonly home: Home;
  readonly jobs: JobList;
  readonly runs: RunList;
  readonly marks = new RunMarks();
  readonly outside: OutsideCurves;
  readonly datasets: Query<'datasets.list'>;
  readonly system: Query<'system.info'>;
  readonly newRun: NewRunForm;
  /** Chosen on the Data screen. */
  shownDatasetId = $state<string | undefined>();
  isPaletteOpen = $state(false);
  areShortcutsOpen = $state(false);
  isQueueOpen = $state(false);
  connection = $state<ConnectionState>('connecting');
  readonly #settings: Query<'settings.get'>;
  /** As this window wrote or found them: what another window marks is not undone from here. */
  #rememberedMarks: string | undefined;

  constructor(bridge: Bridge) {
    this.bridge = bridge;
    this.home = new Home(bridge, this.toasts);
    this.jobs = new JobList(bridge, this.toasts);
    this.runs = new RunList(bridge);
    this.outside = new OutsideCurves(bridge, this.toasts);
    this.datasets = useQuery(bridge, 'datasets.list', {
      input: () => ({}),
      events: ['datasets.changed', 'runs.changed'],
    });
    this.system = useQuery(bridge, 'system.info', { input: () => ({}) });
    this.newRun = new NewRunForm(
      () => this.datasets.value,
      () => this.system.value,
      () => this.runs.value,
    );
    this.#settings = useQuery(bridge, 'settings.get', {
      input: () => ({}),
      events: ['settings.changed'],
    });
    $effect(() => this.runs.follow());
    $effect(() => {
      this.newRun.followDataset();
    });
    $effect(() => {
      this.newRun.remember();
    });
    $effect(() => {
      const runs = this.runs.value;
      if (
        runs === undefined ||
        (this.#settings.value === undefined && this.#settings.failure === undefined)
      )
        return;
      const { runMarks } = this.settings;
      untrack(() => {
        this.marks.follow(runs, runMarks);
        this.#rememberedMarks ??= JSON.stringify(this.marks.remembered);
      });
    });
    $effect(() => this.#rememberMarks());
    $effect(() =>
      this.router.listen((path) => {
        untrack(() => {
          if (path === 'queue') this.isQueueOpen = true;
          else if (path !== 'experiments') this.toasts.say(m.app_no_screen({ path }));
        });
      }),
    );
    $effect(() => bridge.onConnection((state) => (this.connection = state)));
    $effect(() => {
      const theme = this.#settings.value?.theme;
      return theme === undefined ? undefined : applyTheme(theme);
    });
    $effect(() => {
      if (this.#settings.value !== undefined) applyLanguage(this.#settings.value.language);
    });
    $effect(() => {
      const timer = setInterval(() => void this.system.refresh(), systemRefreshMs);
      return () => {
        clearInterval(timer);
      };
    });
  }

  readonly shownDataset = $derived.by(
    () =>
      this.datasets.value?.find(({ datasetId }) => datasetId === this.shownDatasetId) ??
      this.newRun.dataset,
  );

  get settings(): Settings {
    return this.#settings.value ?? defaultSettings;
  }

  /** Later, and once for many ticks. */
  #rememberMarks(): (() => void) | undefined {
    const runMarks = this.marks.remembered;
    const text = JSON.stringify(runMarks);
    if (runMarks === null || text === this.#rememberedMarks) return undefined;
    const timer = setTimeout(() => {
      this.#rememberedMarks = text;
      void this.bridge.call('settings.set', { runMarks });
    }, rememberAfterMs);
    return () => {
      clearTimeout(timer);
    };
  }

  async changeSettings(change: Partial<Settings>): Promise<boolean> {
    const result = await this.bridge.call('settings.set', change);
    if (result.ok) this.#settings.value = result.value;
    else this.toasts.fail(result.failure);
    return result.ok;
  }

  /** Changes one setting, which can be undone: `name` says which. */
  async changeSetting<K extends keyof Settings>(
    key: K,
    value: Settings[K],
    name: string,
  ): Promise<void> {
    const before = this.settings[key];
    if (before === value || !(await this.changeSettings({ [key]: value }))) return;
    this.toasts.say(m.settings_changed({ name }), {
      undo: async () => {
        await this.changeSettings({ [key]: before });
      },
    });
  }
}

export const [useApp, provideApp] = createContext<AppState>();
