import { createHash, type Hash } from 'node:crypto';

import { splitNames, type SplitName, type TextPipeline } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { isKerasPipeline, kerasPipeline } from '#core/text/pipeline.ts';
import * as m from '#messages';

/** Identity of a dataset: sha256 over texts (or ids), labels and splits, and the text pipeline where it is not Keras's. Name, container and ratings do not count. */
export type ContentHasher = Readonly<{
  add: (split: SplitName, label: 0 | 1, content: string | Int32Array) => void;
  digest: () => string;
}>;

/**
 * sha256 over a first line, a line with another pipeline than Keras's and, for each split that has reviews, its name, count and sha256 over its reviews in row order. A
 * review is its label, the kind of content, the content's length in bytes and the content (UTF-8, or int32 little-endian).
 */
export function createContentHasher(pipeline: TextPipeline = kerasPipeline): ContentHasher {
  const parts = new Map<SplitName, { hash: Hash; count: number }>();
  const prefix = Buffer.alloc(6);
  return {
    add(split, label, content) {
      let part = parts.get(split);
      if (part === undefined) {
        part = { hash: createHash('sha256'), count: 0 };
        parts.set(split, part);
      }
      const isText = typeof content === 'string';
      const bytes = isText
        ? Buffer.from(content, 'utf8')
        : new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
      prefix[0] = label;
      prefix[1] = isText ? 0 : 1;
      prefix.writeUInt32LE(bytes.length, 2);
      part.hash.update(prefix).update(bytes);
      part.count += 1;
    },
    digest() {
      const whole = createHash('sha256').update('twofold dataset 1\n');
      if (!isKerasPipeline(pipeline)) {
        const { html, unicode, words } = pipeline;
        whole.update(`html ${html} unicode ${unicode} words ${words}\n`);
      }
      for (const split of splitNames) {
        const part = parts.get(split);
        if (part !== undefined) whole.update(`${split} ${part.count} ${part.hash.digest('hex')}\n`);
      }
      return whole.digest('hex');
    },
  };
}

/** Throws `storage` where the stored reviews, all of which were added, are not those that the dataset is named by. */
export function assertUnaltered(hasher: ContentHasher, contentHash: string): void {
  if (hasher.digest() !== contentHash) throw altered(contentHash);
}

export const altered = (contentHash: string): AppError =>
  new AppError('storage', m.datasets_altered({ contentHash: contentHash.slice(0, 12) }));
