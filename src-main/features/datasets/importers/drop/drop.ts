import path from 'node:path';

import type { ImportRequest } from '#contract/dataset.ts';
import { withoutStart } from '#core/text/ids.ts';
import { hasWords } from '#core/text/tokenizer.ts';

import type { NewFinding } from '../../quality/findings.ts';
import { createWordDrop } from './drop-words.ts';
import { noteDropped } from './dropped.ts';
import type { ImportContext, RawDocument } from '../importer.ts';
import { createStage } from '../stage.ts';

const splits = ['train', 'test', 'validation'] as const;

/** Reviews that come with splits and labels, without those that a request leaves out. */
export async function* dropReviews(
  documents: AsyncIterable<RawDocument>,
  request: Pick<ImportRequest, 'drop' | 'dropWords'>,
  source: string,
  tokenize: (text: string) => readonly string[],
  { pace, temporaryFolder }: ImportContext,
  note: (finding: NewFinding) => void,
): AsyncGenerator<RawDocument> {
  const { drop = [] } = request;
  const dropsEmpty = drop.includes('empty');
  const words = createWordDrop(request, source, tokenize);
  const stage = createStage(path.join(temporaryFolder, 'rows.spill'), { drop, tokenize });
  let empty = 0;
  try {
    for await (const document of documents) {
      if (dropsEmpty && isEmpty(document)) {
        empty += 1;
        continue;
      }
      const content = 'text' in document ? document.text : document.ids;
      if (words.drops(content)) continue;
      stage.add(content, splits.indexOf(document.split) * 2 + document.label, document.rating);
    }
    words.finish(note);
    const splitOf = (index: number) => splits[stage.code(index) >> 1] ?? 'train';
    const labelOf = (index: number): 0 | 1 => ((stage.code(index) & 1) === 1 ? 1 : 0);
    const isTrain = (index: number) => splitOf(index) === 'train';
    const dropped = await stage.copies({ isTrain, labelOf }, pace);
    noteDropped({ ...dropped, empty, unlabelled: 0, labels: [] }, note);
    const choose = (index: number) =>
      dropped.has(index) ? null : { split: splitOf(index), label: labelOf(index) };
    for (const document of stage.read(choose)) {
      yield document;
      await pace.breathe();
    }
  } finally {
    stage.close();
  }
}

function isEmpty(document: RawDocument): boolean {
  if ('text' in document) return !hasWords(document.text);
  return withoutStart(document.ids).length === 0;
}
