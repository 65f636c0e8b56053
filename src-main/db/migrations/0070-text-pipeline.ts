import type { Migration } from '../handles.ts';

/** How a dataset's texts become words; those from before were split as Keras does. */
export const textPipeline: Migration = {
  version: 70,
  name: 'text-pipeline',
  up: (db) => {
    db.exec(`
      ALTER TABLE datasets ADD COLUMN pipeline TEXT NOT NULL
        DEFAULT '{"html":"kept","unicode":"kept","words":"spaces"}' CHECK (json_valid(pipeline));
    `);
  },
};
