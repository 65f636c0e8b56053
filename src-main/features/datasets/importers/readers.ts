import type { ImportFormat } from '#contract/dataset-formats.ts';
import type { ImportRequest } from '#contract/dataset.ts';

import { openCsv } from './formats/csv.ts';
import type { ImportLimits } from './importer.ts';
import { openJsonl } from './formats/jsonl.ts';
import { openParquet } from './formats/parquet.ts';
import type { Table } from './table.ts';
import type { TextSource } from './sources/text-source.ts';

type TextReader = Readonly<{
  /** By its first two lines, where its name does not tell. */
  isLike: (lines: readonly [string, string]) => boolean;
  open: (
    text: TextSource,
    limits: ImportLimits,
    request: ImportRequest,
    format: TextFormat,
  ) => Promise<Table>;
}>;

type BinaryReader = Readonly<{
  /** Its first bytes, as Latin-1; one of them. */
  starts: readonly string[];
  open: (file: string, sourceName: string, limits: ImportLimits) => Promise<Table>;
}>;

export type TextFormat = 'jsonl' | 'tsv' | 'csv';
export type BinaryFormat = Exclude<ImportFormat, TextFormat | 'aclimdb' | 'keras-npz' | 'folders'>;

/** How texts of rows are told apart, the surest first, and read. */
export const textReaders: { readonly [F in TextFormat]: TextReader } = {
  jsonl: {
    isLike: ([first]) => first.startsWith('{') && first.trimEnd().endsWith('}'),
    open: openJsonl,
  },
  tsv: { isLike: (lines) => lines.every((line) => line.includes('\t')), open: openCsv },
  csv: {
    isLike: (lines) => [',', ';', '|'].some((sign) => lines.every((line) => line.includes(sign))),
    open: openCsv,
  },
};

export const binaryReaders: { readonly [F in BinaryFormat]: BinaryReader } = {
  parquet: { starts: ['PAR1'], open: openParquet },
};
