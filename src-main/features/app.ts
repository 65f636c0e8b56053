import type { Emit, Handlers } from '#contract/index.ts';

import type { TrainerHost } from '../trainer/host.ts';
import type { DatasetsService } from './datasets/service.ts';
import type {
  EmbeddingsService,
  RunsService,
  SettingsService,
  SystemService,
} from './services.ts';

export type App = Readonly<{
  handlers: Handlers;
  /** Hears every event of this process, and changes that other processes make to the same home. Returns the unsubscriber. */
  onEvent: (listener: Emit) => () => void;
  services: Readonly<{
    datasets: DatasetsService;
    runs: RunsService;
    embeddings: EmbeddingsService;
    settings: SettingsService;
    system: SystemService;
  }>;
  /** What still trains here is paused at a checkpoint (or stopped), then the databases are closed. Safe to call twice. */
  close: (options?: { active?: 'pause' | 'stop' }) => Promise<void>;
}>;

export type AppOptions = Readonly<{
  /** The data folder; see system/home.ts. */
  home: string;
  /** The training child's entry file: src-main/trainer/child/entry.ts, or its built form. */
  trainerEntry: string;
  /** Default: child_process.fork. Electron passes its own. */
  host?: TrainerHost;
  now?: () => Date;
}>;

export declare function openApp(options: AppOptions): App;
