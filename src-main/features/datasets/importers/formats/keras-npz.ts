import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { idOfRank, INDEX_FROM, OOV_ID, PAD_ID, START_ID } from '#core/text/ids.ts';
import * as m from '#messages';

import type { NewFinding } from '../../quality/findings.ts';
import { plainReading, type IdsDocument, type ImportContext } from '../importer.ts';
import { readIntegerRows, type IntegerRows } from './npy.ts';
import { sayUnread } from '../sources/source-file.ts';
import { grouped, sayTooLarge } from '../table.ts';
import { bomb, isBomb, openZip, type ZipFile } from '../sources/zip.ts';

export type IdsMeaning = 'ranks' | 'encoded';

/** Far beyond any vocabulary; a larger number is no frequency rank. */
const LARGEST_RANK = 10_000_000;

/**
 * The reviews of an archive in the layout of `keras.datasets.imdb`, train before test, in the file's order.
 *
 * @param meaning `ranks`: bare frequency ranks from 1, without a start token, as the published file has them; `encoded`:
 *   ids already shifted by 3 with a start token. Zeros at either end are padding and left out.
 */
export async function* readKerasNpz(
  file: string,
  meaning: IdsMeaning,
  context: ImportContext,
  note: (finding: NewFinding) => void,
): AsyncGenerator<IdsDocument> {
  const zip = openZip(file, context.limits);
  try {
    context.took({ ...plainReading, format: 'keras-npz', ids: meaning, leftOut: [] });
    const archive = path.basename(file);
    const labels = {
      train: await readLabels(zip, archive, 'y_train', context),
      test: await readLabels(zip, archive, 'y_test', context),
    };
    const total = labels.train.length + labels.test.length;
    let done = 0;
    let unpackedBytes = 0;
    const packedBytes = statSync(file).size;
    for (const split of ['train', 'test'] as const) {
      const name = `x_${split}`;
      const rows = await readArray(zip, archive, name, context);
      if (rows.kind === 'numbers') {
        throw new AppError('badInput', m.datasets_npz_numbers({ name, archive }));
      }
      if (rows.count !== labels[split].length) {
        throw new AppError(
          'badInput',
          m.datasets_npz_lengths_differ({
            archive,
            name,
            rows: rows.count,
            split,
            labels: labels[split].length,
          }),
        );
      }
      let startsWithOne = 0;
      for (let row = 0; row < rows.count; row += 1) {
        await context.pace.breathe();
        const numbers = rows.row(row);
        const where = m.datasets_npz_row({ row: grouped(row + 1), index: row, name, archive });
        // A pickle may name one list many times, so what it grows to is not bounded by its size.
        unpackedBytes += numbers.length * 4;
        if (numbers.length * 4 > context.limits.reviewBytes) {
          throw new AppError('badInput', sayTooLarge(context.limits.reviewBytes)({ where }));
        }
        if (isBomb(unpackedBytes, packedBytes, context.limits)) throw bomb(archive);
        const ids = meaning === 'ranks' ? idsOfRanks(numbers, where) : idsAsTheyAre(numbers, where);
        if (ids[meaning === 'ranks' ? 1 : 0] === (meaning === 'ranks' ? idOfRank(1) : START_ID)) {
          startsWithOne += 1;
        }
        yield { split, label: labels[split][row] === 1 ? 1 : 0, rating: null, ids };
        done += 1;
        context.pace.report({ phase: 'reading', done, total });
      }
      const doubt = doubtAbout(meaning, startsWithOne, rows.count);
      if (doubt !== null) note({ kind: 'note', count: 0, why: doubt, name });
    }
  } finally {
    zip.close();
  }
}

/** Rank -> word, from the word -> rank map that Keras publishes beside its archive. */
export function readWordIndex(file: string): Map<number, string> {
  const name = path.basename(file);
  const text = readIndexText(file, name);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new AppError('badInput', m.datasets_index_no_json({ name }), {
      ...wordIndexField,
      cause: error,
    });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AppError('badInput', m.datasets_index_no_object({ name }), wordIndexField);
  }
  const words = new Map<number, string>();
  for (const [word, rank] of Object.entries(parsed)) {
    if (typeof rank !== 'number' || !Number.isInteger(rank) || rank < 1 || rank > LARGEST_RANK) {
      throw new AppError(
        'badInput',
        m.datasets_index_no_rank({ name, word: word.slice(0, 40) }),
        wordIndexField,
      );
    }
    const other = words.get(rank);
    if (other !== undefined) {
      throw new AppError(
        'badInput',
        m.datasets_index_rank_twice({
          name,
          rank,
          first: other.slice(0, 40),
          second: word.slice(0, 40),
        }),
        wordIndexField,
      );
    }
    words.set(rank, word);
  }
  return words;
}

const LARGEST_INDEX_BYTES = 256_000_000;

/** Of a regular file only: a pipe or a device may never end. */
function readIndexText(file: string, name: string): string {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) {
      throw new AppError('notFound', m.app_path_missing({ path: file }), wordIndexField);
    }
    if (!stat.isFile()) {
      throw new AppError('badInput', m.datasets_index_no_file({ name }), wordIndexField);
    }
    if (stat.size > LARGEST_INDEX_BYTES) {
      throw new AppError(
        'badInput',
        m.datasets_index_too_large({ name, size: stat.size }),
        wordIndexField,
      );
    }
    // Files of /proc are regular ones of size 0, and may be waited for for ever.
    return stat.size === 0 ? '' : readFileSync(file, 'utf8');
  } catch (error) {
    throw sayUnread(error, file, wordIndexField.field);
  }
}

const wordIndexField = { field: 'wordIndexPath' };

async function readArray(
  zip: ZipFile,
  archive: string,
  name: string,
  context: ImportContext,
): Promise<IntegerRows> {
  const entry = zip.entries.find((candidate) => candidate.name === `${name}.npy`);
  if (entry === undefined) {
    const found = zip.entries.map((candidate) => candidate.name.replace(/\.npy$/, '')).slice(0, 10);
    throw new AppError(
      'badInput',
      m.datasets_npz_no_array({
        archive,
        name,
        found: found.length === 0 ? m.datasets_npz_none() : found.join(', '),
      }),
    );
  }
  if (entry.size > context.limits.arrayBytes) {
    throw new AppError(
      'badInput',
      m.datasets_npz_array_too_large({ name, archive, size: entry.size }),
    );
  }
  const where = m.datasets_within({ name, source: archive });
  return readIntegerRows(await zip.read(entry), where, context.pace, entry.packedSize);
}

async function readLabels(
  zip: ZipFile,
  archive: string,
  name: string,
  context: ImportContext,
): Promise<Uint8Array> {
  const rows = await readArray(zip, archive, name, context);
  const labels = new Uint8Array(rows.count);
  for (let row = 0; row < rows.count; row += 1) {
    const values = rows.row(row);
    const value = values[0];
    if (values.length !== 1 || (value !== 0 && value !== 1)) {
      throw new AppError(
        'badInput',
        m.datasets_npz_label({
          row: grouped(row + 1),
          index: row,
          name,
          archive,
          label:
            values.length === 1
              ? (value ?? '')
              : m.datasets_npz_label_numbers({ count: values.length }),
        }),
      );
    }
    labels[row] = value;
  }
  return labels;
}

/** Padding is left out at both ends: [first, end). */
function withoutPadding(numbers: ArrayLike<number>): readonly [number, number] {
  let first = 0;
  let end = numbers.length;
  while (first < end && numbers[first] === PAD_ID) first += 1;
  while (end > first && numbers[end - 1] === PAD_ID) end -= 1;
  return [first, end];
}

function idsOfRanks(numbers: ArrayLike<number>, where: string): Int32Array {
  const [first, end] = withoutPadding(numbers);
  const ids = new Int32Array(end - first + 1);
  ids[0] = START_ID;
  for (let i = first; i < end; i += 1) {
    const rank = numbers[i] as number;
    if (!Number.isInteger(rank) || rank < 1 || rank > LARGEST_RANK) {
      throw impossible(m.datasets_impossible_rank, rank, where);
    }
    ids[i - first + 1] = idOfRank(rank);
  }
  return ids;
}

function idsAsTheyAre(numbers: ArrayLike<number>, where: string): Int32Array {
  const [first, end] = withoutPadding(numbers);
  const ids = new Int32Array(end - first);
  for (let i = first; i < end; i += 1) {
    const id = numbers[i] as number;
    if (!Number.isInteger(id) || id < 1 || id > LARGEST_RANK + INDEX_FROM) {
      throw impossible(m.datasets_impossible_id, id, where);
    }
    // 3 is never given to a word: what Keras's numbering leaves free reads as out of vocabulary.
    ids[i - first] = id === INDEX_FROM ? OOV_ID : id;
  }
  return ids;
}

function impossible(
  sentence: typeof m.datasets_impossible_id,
  value: number,
  where: string,
): AppError {
  return new AppError(
    'badInput',
    sentence({ value, where, largest: LARGEST_RANK.toLocaleString('en-US') }),
  );
}

/** Reviews never all start with the most frequent word, and encoded ones always start with the start token. */
function doubtAbout(
  meaning: IdsMeaning,
  startsWithOne: number,
  count: number,
): 'looksEncoded' | 'looksLikeRanks' | null {
  const enough = 16;
  if (count < enough) return null;
  if (meaning === 'ranks' && startsWithOne === count) return 'looksEncoded';
  if (meaning === 'encoded' && startsWithOne === 0) return 'looksLikeRanks';
  return null;
}
