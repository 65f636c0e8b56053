import type { Migration } from '../handles.ts';

/** What is asked for again and again is found without reading every run, however many there are. */
export const indexes: Migration = {
  version: 230,
  name: 'indexes',
  up: (db) => {
    db.exec(`
      CREATE INDEX runs_by_experiment ON runs (experiment_id);

      -- Runs of a dataset are counted in the index alone.
      DROP INDEX runs_by_dataset;
      CREATE INDEX runs_by_dataset ON runs (dataset_id, deleted_at);

      -- Of the trash too: whoever asks for running runs need not say that they are not there.
      DROP INDEX runs_by_state;
      CREATE INDEX runs_by_state ON runs (state);

      CREATE INDEX runs_by_queue_position ON runs (queue_position) WHERE queue_position IS NOT NULL;
      CREATE INDEX runs_by_deletion ON runs (deleted_at) WHERE deleted_at IS NOT NULL;

      CREATE INDEX runs_by_name ON runs (name);

      -- Settings that sweeps go over: of thousands of runs few have all of them in common.
      CREATE INDEX runs_by_settings ON runs (dataset_id, json_extract(config, '$.seed'),
        json_extract(config, '$.learningRate'), json_extract(config, '$.maxLength'),
        json_extract(config, '$.embeddingDim'), json_extract(config, '$.hiddenUnits'));

      -- The newest measurements of a backend, for estimates.
      CREATE INDEX runs_by_measurement
        ON runs (json_extract(plan, '$.backend'), COALESCE(ended_at, started_at));
    `);
  },
};
