import type { Migration } from '../handles.ts';

/** How fast a run was on another machine tells nothing of this one. */
export const trainedElsewhere: Migration = {
  version: 250,
  name: 'trained elsewhere',
  up: (db) => {
    // Epochs up to this one came with a bundle: from a cluster's node, or from whoever wrote it.
    db.exec('ALTER TABLE runs ADD COLUMN epochs_elsewhere INTEGER NOT NULL DEFAULT 0');
  },
};
