import type { Emit } from '#contract/index.ts';
import { defaultSettings, settingsSchema, type Settings } from '#contract/settings.ts';

import type { ReadDb, WriteDb } from '../../db/handles.ts';
import type { SettingsService } from '../services.ts';

export function createSettingsService(
  options: Readonly<{ db: WriteDb; emit: Emit; onChange: (settings: Settings) => void }>,
): SettingsService {
  const { db, emit, onChange } = options;
  return {
    get: () => readSettings(db),
    set(change) {
      const put = db.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)');
      db.transaction(() => {
        for (const [key, value] of Object.entries(change))
          if (value !== undefined) put.run(key, JSON.stringify(value));
      }).immediate();
      const settings = readSettings(db);
      onChange(settings);
      emit('settings.changed', {});
      return settings;
    },
  };
}

/** A value that does not fit (written by another version) counts as not set. */
export function readSettings(db: ReadDb): Settings {
  const rows = db.prepare('SELECT key, value FROM settings').all() as {
    key: string;
    value: string;
  }[];
  const stored = Object.fromEntries(
    rows.flatMap(({ key, value }) => {
      const field = settingsSchema.shape[key as keyof Settings] as
        (typeof settingsSchema.shape)[keyof Settings] | undefined;
      const parsed = field?.safeParse(JSON.parse(value));
      return parsed?.success === true ? [[key, parsed.data]] : [];
    }),
  ) as Partial<Settings>;
  return { ...defaultSettings, ...stored };
}
