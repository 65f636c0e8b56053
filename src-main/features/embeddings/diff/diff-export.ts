import path from 'node:path';

import { wordMeasures } from '#contract/embedding-diff.ts';
import type { CallOutput, ParsedInput } from '#contract/index.ts';
import type { Transplant } from '#contract/transplant.ts';
import { csvLine } from '#core/charts/csv.ts';
import { tensorNames } from '#core/embeddings/compare/comparison-file.ts';
import { shownAxes } from '#core/embeddings/algebra/common-frame.ts';

import type { Artefact } from './diff-artefact.ts';
import { comparedMatrix, laidIn, wordRow } from './diff-views.ts';
import type { Tables } from '../tables.ts';
import { assertFree, writeFileWhole } from '../../files/write-file.ts';

/**
 * A comparison as files: all of it as JSON (with the rotations), one line a word as CSV, or the aligned tables side by side as the pair
 * of TSV files that TensorBoard's projector loads.
 */
export function exportDiff(
  artefact: Artefact,
  format: ParsedInput<'diffs.export'>['format'],
  file: string,
  isForced: boolean,
  tables: Tables,
  transplants: readonly Transplant[],
): CallOutput<'diffs.export'> {
  if (format !== 'projector') {
    const parts = format === 'json' ? jsonParts(artefact, transplants) : csvParts(artefact);
    const { bytes } = writeFileWhole(file, encoded(parts), isForced);
    return { paths: [file], bytes };
  }
  const stem = path.join(path.dirname(file), path.basename(file, '.tsv'));
  const [vectors, metadata] = [`${stem}-vectors.tsv`, `${stem}-metadata.tsv`];
  for (const target of [vectors, metadata]) assertFree(target, isForced);
  const first = writeFileWhole(vectors, encoded(vectorLines(artefact, tables)), isForced);
  const second = writeFileWhole(metadata, encoded(metadataLines(artefact)), isForced);
  return { paths: [vectors, metadata], bytes: first.bytes + second.bytes };
}

function* jsonParts(
  { diff, tensor, words, ...artefact }: Artefact,
  transplants: readonly Transplant[],
): Generator<string> {
  const matrix = (name: string) => Array.from(tensor(name), shortest);
  const document = {
    ...diff,
    rotations: diff.pairs.map((_, pair) => matrix(tensorNames.rotation(pair))),
    frame: diff.tables.map((_, table) => ({
      means: matrix(tensorNames.means(table)),
      transform: matrix(tensorNames.transform(table)),
    })),
    transplants,
  };
  const head = JSON.stringify(document);
  yield `${head.slice(0, -1)},"perWord":[`;
  for (let row = 0; row < words.rankedCount; row += 1) {
    yield `${row === 0 ? '\n' : ',\n'}${JSON.stringify(wordRow({ diff, tensor, words, ...artefact }, row))}`;
  }
  yield '\n]}\n';
}

function* csvParts(artefact: Artefact): Generator<string> {
  const { diff, words } = artefact;
  const pairColumns = diff.pairs.flatMap(({ first, second, floor }) =>
    ['', ...(floor === null ? [] : ['within ', 'across '])].flatMap((side) =>
      wordMeasures.map((measure) => `${side}${measure} ${first + 1}-${second + 1}`),
    ),
  );
  const tableColumns = diff.tables.flatMap((_, table) =>
    ['movement', 'relativeMovement', 'axis'].map((name) => `${name} ${table + 1}`),
  );
  yield csvLine(['word', 'id', 'count', 'logOdds', ...pairColumns, ...tableColumns]);
  for (let row = 0; row < words.rankedCount; row += 1) {
    const { word, id, count, logOdds, pairs, tables } = wordRow(artefact, row);
    const cells = [
      word,
      id,
      count,
      logOdds,
      ...pairs.flatMap((pair) => [
        ...wordMeasures.map((measure) => pair[measure]),
        ...(pair.floor === null
          ? []
          : [pair.floor.within, pair.floor.across].flatMap((side) =>
              wordMeasures.map((measure) => side[measure]),
            )),
      ]),
      ...tables.flatMap(({ movement, relativeMovement, axis }) => [
        movement,
        relativeMovement,
        axis,
      ]),
    ];
    // An undefined figure is an empty cell.
    yield csvLine(cells);
  }
}

function* vectorLines(artefact: Artefact, tables: Tables): Generator<string> {
  const { diff, words, facts } = artefact;
  const axes = Math.min(facts.dims, 8 * shownAxes);
  const places = Array.from({ length: words.rankedCount }, (_, row) => row);
  for (const table of diff.tables.keys()) {
    const laid = laidIn(artefact, table, comparedMatrix(artefact, table, tables, places), axes);
    for (let row = 0; row < laid.rows; row += 1) {
      yield `${Array.from(laid.values.subarray(row * axes, (row + 1) * axes), shortest).join('\t')}\n`;
    }
  }
}

function* metadataLines({ diff, words }: Artefact): Generator<string> {
  yield 'word\ttable\tcount\n';
  for (const { name, branch, epoch } of diff.tables) {
    const table = [name, branch, epoch === null ? null : `epoch ${epoch}`].filter(
      (part) => part !== null,
    );
    for (let row = 0; row < words.rankedCount; row += 1) {
      const cells = [words.words[row] ?? '', table.join(' '), words.counts[row] ?? 0];
      yield `${cells.map((cell) => String(cell).replaceAll(/[\t\r\n]/g, ' ')).join('\t')}\n`;
    }
  }
}

function* encoded(parts: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const part of parts) yield encoder.encode(part);
}

/** Nine digits give every float32 back. */
const shortest = (value: number): number => Number(value.toPrecision(9));
