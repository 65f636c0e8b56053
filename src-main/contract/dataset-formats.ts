import * as m from '#messages';

const labels = ['positive', 'negative', 'threshold', 'dropLabels', 'dropWords'] as const;
const columns = ['textColumn', 'labelColumn', 'splitColumn', ...labels] as const;
const delimited = [...columns, 'encoding', 'delimiter', 'header'] as const;

/** Fields of an import request that some formats have no use for. */
export type FormatOption = (typeof delimited)[number] | 'wordIndexPath' | 'ids';
export type DatasetFormat = keyof typeof rows;
export type ImportFormat = Exclude<DatasetFormat, 'sample'>;

type Format = Readonly<{
  name: () => string;
  /** Of a file's name; they are no part of the dataset's name. */
  endings: readonly string[];
  options: readonly FormatOption[];
}>;

/** How they are told apart and read: features/datasets/importers. */
const rows = {
  aclimdb: { name: () => 'aclImdb', endings: [], options: ['dropWords'] },
  'keras-npz': { name: () => 'Keras npz', endings: ['npz'], options: ['wordIndexPath', 'ids'] },
  csv: { name: () => 'CSV', endings: ['csv'], options: delimited },
  tsv: { name: () => 'TSV', endings: ['tsv', 'tab'], options: delimited },
  jsonl: {
    name: () => 'JSON Lines',
    endings: ['jsonl', 'ndjson', 'json'],
    options: [...columns, 'encoding', 'wordIndexPath'],
  },
  parquet: { name: () => 'Parquet', endings: ['parquet'], options: [...columns, 'wordIndexPath'] },
  folders: { name: m.data_format_folders, endings: [], options: [...labels, 'encoding'] },
  sample: { name: m.data_format_sample, endings: [], options: [] },
} satisfies Record<string, Format>;

export const formats: { readonly [F in DatasetFormat]: Format } = rows;
export const datasetFormats = Object.keys(rows) as DatasetFormat[];
/** What can be imported, found out from the file where no format is named. */
export const importFormats = datasetFormats.filter((format) => format !== 'sample');

export const takesOption = (format: DatasetFormat | undefined, option: FormatOption): boolean =>
  format !== undefined && formats[format].options.includes(option);

/** Those that are one file of rows and columns, for a sentence. */
export const fileFormats = {
  files: importFormats
    .filter((format) => takesOption(format, 'textColumn'))
    .map((format) => formats[format].name())
    .join(', '),
};
