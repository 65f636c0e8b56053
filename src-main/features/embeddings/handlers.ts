import type { CallName, Handlers } from '#contract/index.ts';

import type { EmbeddingsService } from '../services.ts';

type EmbeddingCall = Extract<CallName, `embeddings.${string}`>;

export const embeddingHandlers = (
  embeddings: EmbeddingsService,
): Pick<Handlers, EmbeddingCall> => ({
  'embeddings.list': ({ runId }) => embeddings.list(runId),
  'embeddings.sentence': (request) => embeddings.sentence(request),
});
