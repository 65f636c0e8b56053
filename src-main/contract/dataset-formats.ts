import * as m from '#messages';

const labelOptions = ['positive', 'negative', 'threshold', 'dropLabels', 'dropWords'] as const;
const columnOptions = ['textColumn', 'labelColumn', 'splitColumn', ...labelOptions] as const;
const delimitedOptions = [...columnOptions, 'encoding', 'delimiter', 'header'] as const;

/** Fields of an import request that some formats have no use for. */
export type FormatOption = (typeof delimitedOptions)[number] | 'wordIndexPath' | 'ids';

type Format = Readonly<{
  name: () => string;
  /** Of a file's name; they are no part of the dataset's name. */
  endings: readonly string[];
  options: readonly FormatOption[];
  /** Of a file of rows and columns: features/datasets/importers/readers.ts has a reader for each. */
  rows?: 'text' | 'binary';
}>;

/** What can be imported, found out from the file where no format is named. */
const formats = {
  aclimdb: { name: () => 'aclImdb', endings: [], options: ['dropWords'] },
  'keras-npz': { name: () => 'Keras npz', endings: ['npz'], options: ['wordIndexPath', 'ids'] },
  csv: { name: () => 'CSV', endings: ['csv'], options: delimitedOptions, rows: 'text' },
  tsv: { name: () => 'TSV', endings: ['tsv', 'tab'], options: delimitedOptions, rows: 'text' },
  jsonl: {
    name: () => 'JSON Lines',
    endings: ['jsonl', 'ndjson', 'json'],
    options: [...columnOptions, 'encoding', 'wordIndexPath'],
    rows: 'text',
  },
  parquet: {
    name: () => 'Parquet',
    endings: ['parquet'],
    options: [...columnOptions, 'wordIndexPath'],
    rows: 'binary',
  },
  folders: { name: m.data_format_folders, endings: [], options: [...labelOptions, 'encoding'] },
} as const satisfies Record<string, Format>;

type Formats = typeof formats;
export type ImportFormat = keyof Formats;
export type DatasetFormat = ImportFormat | 'sample';
/** Files of rows and columns, written as text or not. */
export type FileFormat<Rows extends 'text' | 'binary'> = {
  [F in ImportFormat]: Formats[F] extends { rows: Rows } ? F : never;
}[ImportFormat];

export const importFormats = Object.keys(formats) as [ImportFormat, ...ImportFormat[]];
export const datasetFormats = [...importFormats, 'sample'] as const;
export const exportFormats = ['jsonl', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const factsOf = (format: ImportFormat): Format => formats[format];

export const formatName = (format: DatasetFormat): string =>
  format === 'sample' ? m.data_format_sample() : formats[format].name();

export const takesOption = (format: DatasetFormat | undefined, option: FormatOption): boolean =>
  format !== undefined && format !== 'sample' && factsOf(format).options.includes(option);

export const endingsOf = (format: ImportFormat): readonly string[] => formats[format].endings;

export const isTextFormat = (format: ImportFormat): format is FileFormat<'text'> =>
  factsOf(format).rows === 'text';

/** The files of rows and columns that can be imported, for a sentence: "CSV, TSV" and the last one. */
export function fileFormats(): Readonly<{ files: string; last: string }> {
  const names = importFormats
    .filter((format) => factsOf(format).rows !== undefined)
    .map(formatName);
  return { files: names.slice(0, -1).join(', '), last: names.at(-1) ?? '' };
}
