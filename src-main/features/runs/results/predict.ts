import { existsSync } from 'node:fs';

import { AppError } from '#contract/failure.ts';
import type { CallOutput } from '#contract/index.ts';
import { fitSequenceInto, keptRange, limitId } from '#core/text/encoding.ts';
import { OOV_ID } from '#core/text/ids.ts';
import { weightsWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { DatasetsPort, EncodedText } from '../../services.ts';
import { bestWeightsFile, checkpointFile } from '../store/places.ts';
import { assertSound, toRun, type RunRow } from '../store/rows.ts';
import type { Trainer } from '../train/trainer.ts';

type TextPrediction = CallOutput<'runs.predict'>;

/** P(positive) of texts under a run's weights, computed in a child of its own. */
export async function predictTexts(
  { datasets, trainer, home }: Readonly<{ datasets: DatasetsPort; trainer: Trainer; home: string }>,
  row: RunRow,
  texts: readonly string[],
  weights: 'best' | 'last',
): Promise<TextPrediction[]> {
  if (texts.length === 0) return [];
  const { config, plan } = toRun(row, []);
  const weightsPath = weightsPathOf(home, row, weights);
  const ids = new Int32Array(texts.length * config.maxLength);
  const encoded: EncodedText[] = [];
  for (const [index, text] of texts.entries()) {
    const one = await datasets.encodeText(row.dataset_id, text);
    fitSequenceInto(ids, index * config.maxLength, one.ids, config);
    encoded.push(one);
  }
  const { probabilities } = await trainer.ask(
    { kind: 'predict', runId: row.run_id, config, plan, weightsPath, ids, count: texts.length },
    'predicted',
  );
  return encoded.map(({ words, ids: full }, index) => {
    const probability = probabilities[index] ?? Number.NaN;
    const kept = keptRange(full.length, config.maxLength, config.truncating);
    const tokens = Array.from(full.subarray(kept.start, kept.end), (fullId, offset) => {
      const id = limitId(fullId, config.numWords);
      return { word: words[kept.start + offset] ?? '', id, oov: id === OOV_ID };
    });
    return { probability, label: probability >= 0.5 ? 1 : 0, tokens };
  });
}

/** Throws where the run has no such weights. */
export function weightsPathOf(home: string, row: RunRow, weights: 'best' | 'last'): string {
  assertSound(row);
  if (row.best_epoch === null) {
    throw new AppError('notFound', m.runs_no_weights({ name: row.name }));
  }
  const file =
    weights === 'best' ? bestWeightsFile(home, row.run_id) : checkpointFile(home, row.run_id);
  if (!existsSync(file)) {
    throw new AppError(
      'storage',
      m.runs_weights_gone({ weights: weightsWord(weights), name: row.name, path: file }),
    );
  }
  return file;
}
