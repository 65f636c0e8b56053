import type { Problem } from '#contract/backup.ts';
import { count } from '#core/wording/number-text.ts';
import * as m from '#messages';

import type { Bridge } from '../bridge/bridge.ts';
import { useQuery, type Query } from './query.svelte.ts';
import { remember, remembered, textsSchema } from './remembered.ts';
import { hrefOf } from './router.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** The data folder: whether it could be opened, its backups, and what is wrong with its files. */
export class Home {
  readonly state: Query<'home.state'>;
  readonly backups: Query<'backups.list'>;
  /** What is being done to it. */
  work = $state<'backup' | 'restore' | 'aside' | null>(null);
  /** Problems that somebody has read and hidden. */
  #hidden = $state.raw(remembered('hidden-problems', textsSchema) ?? []);
  readonly #bridge: Bridge;
  readonly #toasts: Toasts;

  constructor(bridge: Bridge, toasts: Toasts) {
    this.#bridge = bridge;
    this.#toasts = toasts;
    this.state = useQuery(bridge, 'home.state', { input: () => ({}), events: ['home.changed'] });
    this.backups = useQuery(bridge, 'backups.list', {
      input: () => ({}),
      events: ['backups.changed', 'home.changed'],
    });
  }

  /** Those to be told of at the top of the window. */
  get problems(): readonly Problem[] {
    return (this.state.value?.problems ?? []).filter(
      ({ message }) => !this.#hidden.includes(message),
    );
  }

  hide({ message }: Problem): void {
    this.#hidden = [...this.#hidden, message].slice(-50);
    remember('hidden-problems', this.#hidden);
  }

  async create(): Promise<void> {
    await this.#do('backup', async () => {
      const result = await this.#bridge.call('backups.create', {});
      if (result.ok) await this.backups.refresh();
      else this.#toasts.fail(result.failure);
    });
  }

  /** The window loads anew when it is done, where it says what is missing. */
  async restore(backupId: string): Promise<void> {
    await this.#do('restore', async () => {
      const before = window.location.hash;
      window.location.hash = hrefOf('settings', { section: 'backups' });
      const result = await this.#bridge.call('home.restore', { backupId });
      if (result.ok) return;
      window.location.hash = before;
      this.#toasts.fail(result.failure);
    });
  }

  async setBlobsAside(): Promise<void> {
    await this.#do('aside', async () => {
      const result = await this.#bridge.call('home.setAsideBlobs', {});
      if (!result.ok) {
        this.#toasts.fail(result.failure);
        return;
      }
      const { file, kept, lost } = result.value;
      this.#toasts.say(m.backups_set_aside_done({ file, kept: count(kept), lost: count(lost) }));
    });
  }

  async #do(work: NonNullable<Home['work']>, act: () => Promise<void>): Promise<void> {
    if (this.work !== null) return;
    this.work = work;
    await act();
    this.work = null;
  }
}
