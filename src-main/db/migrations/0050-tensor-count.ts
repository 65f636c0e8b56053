import type { Migration } from '../handles.ts';

/** Tensors that the training process held at the end of an epoch; NULL where it did not say. */
export const tensorCount: Migration = {
  version: 50,
  name: 'tensor count',
  up: (db) => {
    db.exec('ALTER TABLE epochs ADD COLUMN tensor_count INTEGER');
  },
};
