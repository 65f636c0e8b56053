import type { Occlusion } from '#contract/evaluation.ts';
import type { SentenceSource } from '#contract/snapshot.ts';
import type { PredictJob } from '#contract/trainer.ts';
import { fitSequence, keptRange, limitId } from '#core/text/encoding.ts';
import { OOV_ID, START_ID } from '#core/text/ids.ts';
import { occludedSequences } from '#core/text/occlusion.ts';

import type { DatasetsPort } from '../../services.ts';
import { weightsPathOf } from './predict.ts';
import { toRun, type RunRow } from '../store/rows.ts';

/** How far each word of a sentence moves what a run says of it, computed in a child of its own. */
export async function occludeSentence(
  parts: Readonly<{
    datasets: DatasetsPort;
    home: string;
    predict: (job: PredictJob) => Promise<Readonly<{ probabilities: Float32Array }>>;
  }>,
  run: RunRow,
  source: SentenceSource,
  weights: 'best' | 'last',
): Promise<Occlusion> {
  const { config, plan } = toRun(run, []);
  const weightsPath = weightsPathOf(parts.home, run, weights);
  const { words, ids } =
    source.kind === 'review'
      ? await parts.datasets.review(run.dataset_id, source.split, source.row)
      : await parts.datasets.encodeText(run.dataset_id, source.text);
  const kept = keptRange(ids.length, config.maxLength, config.truncating);
  const pads = config.maxLength - (kept.end - kept.start);
  const tokens = Array.from(ids.subarray(kept.start, kept.end), (id, index) => ({
    word: words[kept.start + index] ?? '',
    id: limitId(id, config.numWords),
    position: index + (config.padding === 'pre' ? pads : 0),
  }));
  const known = tokens.filter(({ id }) => id !== START_ID && id !== OOV_ID);
  const sequences = occludedSequences(
    fitSequence(ids, config),
    known.map(({ position }) => position),
  );
  const { probabilities } = await parts.predict({
    kind: 'predict',
    runId: run.run_id,
    config,
    plan,
    weightsPath,
    ids: sequences,
    count: known.length + 1,
  });
  const probability = probabilities[0] ?? Number.NaN;
  const without = new Map(known.map(({ position }, index) => [position, probabilities[index + 1]]));
  return {
    runId: run.run_id,
    probability,
    tokens: tokens
      .filter(({ id }) => id !== START_ID)
      .map(({ word, position }) => {
        const other = without.get(position);
        return { word, change: other === undefined ? null : probability - other };
      }),
  };
}
