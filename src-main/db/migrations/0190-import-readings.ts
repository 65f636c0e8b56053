import type { Migration } from '../handles.ts';

/** How the last import of a dataset read its source (columns, encoding, labels); null for those from before. */
export const importReadings: Migration = {
  version: 190,
  name: 'import-readings',
  up: (db) => {
    db.exec(
      `ALTER TABLE datasets ADD COLUMN reading TEXT CHECK (reading IS NULL OR json_valid(reading));`,
    );
  },
};
