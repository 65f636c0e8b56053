import type { FileFormat } from '#contract/dataset-formats.ts';
import type { ImportRequest } from '#contract/dataset.ts';

import { openCsv } from './csv.ts';
import type { ImportLimits } from './importer.ts';
import { openJsonl } from './jsonl.ts';
import { openParquet } from './parquet.ts';
import type { Table } from './table.ts';
import type { TextSource } from './text-source.ts';

type TextReader = Readonly<{
  /** By its first two lines, where its name does not tell. */
  isLike: (first: string, second: string) => boolean;
  open: (text: TextSource, request: ImportRequest, limits: ImportLimits) => Promise<Table>;
}>;

type BinaryReader = Readonly<{
  /** First bytes, as Latin-1; any of them. */
  starts: readonly string[];
  open: (file: string, sourceName: string, limits: ImportLimits) => Promise<Table>;
}>;

/** How texts of rows are told apart, the surest first, and read. */
export const textReaders: { readonly [F in FileFormat<'text'>]: TextReader } = {
  jsonl: {
    isLike: (first) => first.startsWith('{') && first.trimEnd().endsWith('}'),
    open: (text, _, limits) => openJsonl(text, limits),
  },
  tsv: {
    isLike: areBoth('\t'),
    open: (text, request, limits) => openCsv(text, 'tsv', request, limits),
  },
  csv: {
    isLike: areBoth(',', ';', '|'),
    open: (text, request, limits) => openCsv(text, 'csv', request, limits),
  },
};

export const binaryReaders: { readonly [F in FileFormat<'binary'>]: BinaryReader } = {
  parquet: { starts: ['PAR1'], open: openParquet },
};

function areBoth(...delimiters: string[]): TextReader['isLike'] {
  return (first, second) =>
    delimiters.some((delimiter) => first.includes(delimiter) && second.includes(delimiter));
}
