import type { Migration } from '../handles.ts';

/** What the last import of a dataset was asked for, so that it can be asked again; null for those from before. */
export const importRequests: Migration = {
  version: 130,
  name: 'import-requests',
  up: (db) => {
    db.exec(
      `ALTER TABLE datasets ADD COLUMN request TEXT CHECK (request IS NULL OR json_valid(request));`,
    );
  },
};
