import type { CallName, Handlers } from '#contract/index.ts';

import type { RunsService } from '../services.ts';

type RunCall = Extract<CallName, `runs.${string}`>;

export function runHandlers(runs: RunsService): Pick<Handlers, RunCall> {
  return {
    'runs.list': (selection) => runs.list(selection),
    'runs.figures': ({ runIds }) => runs.figures(runIds),
    'runs.get': ({ runId }) => runs.get(runId),
    'runs.start': (request) => runs.start(request),
    'runs.stop': ({ runId }) => runs.requestStop(runId),
    'runs.pause': ({ runId }) => runs.requestPause(runId),
    'runs.resume': ({ runId }) => runs.resume(runId),
    'runs.rename': ({ runId, name }) => runs.rename(runId, name),
    'runs.tag': ({ runIds, add, remove }) => runs.tag(runIds, { add, remove }),
    'runs.note': ({ runId, note }) => runs.note(runId, note),
    'runs.favourite': ({ runIds, isFavourite }) => runs.favourite(runIds, isFavourite),
    'runs.thinSnapshots': (request) => runs.thinSnapshots(request),
    'runs.snapshotsBeyond': ({ limitBytes }) => runs.snapshotsBeyond(limitBytes),
    'runs.delete': ({ runIds }) => ({ runIds: runs.remove(runIds) }),
    'runs.restore': ({ runIds }) => ({ runIds: runs.restore(runIds) }),
    'runs.curves': (request) => runs.curves(request),
    'runs.log': ({ runId }) => runs.log(runId),
    'runs.estimate': (request) => runs.estimate(request),
    'runs.probe': (request) => runs.probe(request),
    'runs.predict': async ({ runId, text, weights }) => {
      const [prediction] = await runs.predict(runId, [text], weights);
      if (prediction === undefined) throw new Error('One text has one prediction.');
      return prediction;
    },
    'runs.compare': ({ runIds, weights }) => runs.compare(runIds, weights),
    'runs.rankings': ({ runIds, weights }) => runs.rankings(runIds, weights),
    'runs.reviews': ({ runId, weights }) => runs.reviews(runId, weights),
    'runs.occlusion': ({ runId, source, weights }) => runs.occlusion(runId, source, weights),
    'runs.baselines': ({ runIds, weights }) => runs.baselines(runIds, weights),
  };
}
