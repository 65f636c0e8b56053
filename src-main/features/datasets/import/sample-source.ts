import { kerasPipeline } from '#core/text/pipeline.ts';
import { generateSampleCorpus } from '#core/text/sample-corpus.ts';
import * as m from '#messages';

import grammar from '../../../../resources/sample-corpus/grammar.json' with { type: 'json' };

import type { DatasetSource } from './import-dataset.ts';

/** The built-in corpus, so that a first run needs no download. Called synthetic everywhere. */
export function sampleSource(): DatasetSource {
  return {
    request: null,
    name: m.datasets_sample_name(),
    fileName: m.datasets_sample_name(),
    format: 'sample',
    wordIndex: null,
    pipeline: kerasPipeline,
    async *read({ pace }) {
      const reviews = generateSampleCorpus(grammar);
      for (const [index, { split, label, text }] of reviews.entries()) {
        await pace.breathe();
        yield { split, label, rating: null, text };
        pace.report({ phase: 'counting', done: index + 1, total: reviews.length });
      }
    },
  };
}
