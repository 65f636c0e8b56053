import type { Migration } from '../handles.ts';

/** What is taken out of the queue again has ended as it had before. */
export const endedAs: Migration = {
  version: 290,
  name: 'ended as',
  up: (db) => {
    // Of a queued run that had ended: its state, reason and moment as JSON, until it trains again.
    db.exec(
      'ALTER TABLE runs ADD COLUMN ended_as TEXT CHECK (ended_as IS NULL OR json_valid(ended_as))',
    );
  },
};
