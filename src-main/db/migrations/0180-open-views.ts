import type { Migration } from '../handles.ts';

/** What others may rely on when they read the database (docs/data-formats.md). Runs in the trash are left out. */
export const openViews: Migration = {
  version: 180,
  name: 'open views',
  up: (db) => {
    db.exec(`
      CREATE VIEW v_runs AS
      SELECT r.run_id, r.name, r.state, r.reason, r.variant,
        d.name AS dataset, d.content_hash AS dataset_hash,
        x.name AS experiment,
        ${configColumns},
        r.parameters,
        json_extract(r.plan, '$.backend') AS backend,
        (SELECT COUNT(*) FROM epochs e WHERE e.run_key = r.run_key) AS epochs_trained,
        b.epoch AS best_epoch, b.val_loss AS best_val_loss, b.val_accuracy AS best_val_accuracy,
        b.test_loss AS best_test_loss, b.test_accuracy AS best_test_accuracy,
        r.best_train_accuracy, r.best_weights_hash,
        l.epoch AS last_epoch, l.val_loss AS last_val_loss, l.val_accuracy AS last_val_accuracy,
        l.test_loss AS last_test_loss, l.test_accuracy AS last_test_accuracy,
        r.last_train_accuracy, r.weights_hash AS last_weights_hash,
        r.trained_seconds, r.created_at, r.started_at, r.ended_at,
        r.tags, r.note, r.is_favourite, r.versions
      FROM runs r
        JOIN datasets d USING (dataset_id)
        LEFT JOIN experiments x USING (experiment_id)
        LEFT JOIN epochs b ON b.run_key = r.run_key AND b.epoch = r.best_epoch
        LEFT JOIN epochs l ON l.run_key = r.run_key
          AND l.epoch = (SELECT MAX(epoch) FROM epochs WHERE run_key = r.run_key)
      WHERE r.deleted_at IS NULL;

      CREATE VIEW v_epochs AS
      SELECT r.run_id, r.name AS run, r.variant, json_extract(r.config, '$.seed') AS seed, e.epoch,
        e.loss, e.accuracy, e.val_loss, e.val_accuracy, e.test_loss, e.test_accuracy,
        e.epoch IS r.best_epoch AS is_best,
        e.last_step, e.seconds, e.train_seconds, e.eval_seconds,
        e.train_samples_per_second, e.eval_samples_per_second, e.memory_bytes
      FROM epochs e JOIN runs r USING (run_key)
      WHERE r.deleted_at IS NULL;

      CREATE VIEW v_predictions AS
      SELECT r.run_id, r.name AS run, p.split, p.epoch, p.epoch IS r.best_epoch AS is_best, p.count, p.blob_hash
      FROM predictions p JOIN runs r USING (run_key)
      WHERE r.deleted_at IS NULL;

      CREATE VIEW v_step_blocks AS
      SELECT r.run_id, r.name AS run, s.epoch, s.first_step, length(s.figures) / 24 AS count, s.figures
      FROM step_blocks s JOIN runs r USING (run_key)
      WHERE r.deleted_at IS NULL;
    `);
  },
};

/** `none` is NULL, so that the rest of a column is numbers. */
const configColumns = [
  ...[
    ['embedding', 'embedding'],
    ['conv_padding', 'convPadding'],
    ['cnn_head', 'cnnHead'],
    ['branches', 'branches'],
    ['num_words', 'numWords'],
    ['max_length', 'maxLength'],
    ['padding', 'padding'],
    ['truncating', 'truncating'],
    ['embedding_dim', 'embeddingDim'],
    ['hidden_units', 'hiddenUnits'],
    ['filters', 'filters'],
    ['kernel_size', 'kernelSize'],
    ['embedding_dropout', 'embeddingDropout'],
    ['dense_dropout', 'denseDropout'],
    ['lstm_activation', 'lstmActivation'],
    ['batch_size', 'batchSize'],
    ['max_epochs', 'epochs'],
    ['min_delta', 'minDelta'],
    ['learning_rate', 'learningRate'],
    ['seed', 'seed'],
    ['validation', 'validation'],
  ].map(([column, field]) => `json_extract(r.config, '$.${field}') AS ${column}`),
  ...[
    ['patience', 'patience'],
    ['clip_norm', 'clipNorm'],
    ['review_limit', 'limit'],
    ['start_from', 'startFrom'],
  ].map(([column, field]) => `NULLIF(json_extract(r.config, '$.${field}'), 'none') AS ${column}`),
].join(',\n        ');
