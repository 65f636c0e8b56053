import { formats } from '#contract/dataset-formats.ts';
import type { Reading } from '#contract/dataset.ts';
import * as m from '#messages';

/** How a source is read, in words. */
export const howRead = ({
  format,
  encoding,
  delimiter,
  hasHeader,
}: Pick<Reading, 'format' | 'encoding' | 'delimiter' | 'hasHeader'>): string[] => [
  formats[format].name(),
  ...(encoding === null ? [] : [encoding.toUpperCase().replace(/^WINDOWS/, 'Windows')]),
  ...(delimiter === null
    ? []
    : [delimiterNames.get(delimiter)?.() ?? m.data_delimiter_other({ character: delimiter })]),
  ...(hasHeader === null
    ? []
    : [hasHeader ? m.common_with_a_header() : m.common_without_a_header()]),
];

export const delimiterNames: ReadonlyMap<string, () => string> = new Map([
  [',', m.common_comma],
  [';', m.common_semicolon],
  ['\t', m.common_tab],
  ['|', m.common_vertical_bar],
]);

/** By their names in the Encoding Standard, with whose texts they are. */
const encodingNotes = {
  'utf-8': () => '',
  'utf-16le': () => '',
  'windows-1252': m.data_encoding_western,
  'windows-1250': m.data_encoding_central,
  'windows-1251': m.data_encoding_cyrillic,
  'koi8-r': m.data_encoding_cyrillic,
  'windows-1253': m.data_encoding_greek,
  'windows-1254': m.data_encoding_turkish,
  'windows-1255': m.data_encoding_hebrew,
  'windows-1256': m.data_encoding_arabic,
  'euc-kr': m.data_encoding_korean,
  shift_jis: m.data_encoding_japanese,
  'euc-jp': m.data_encoding_japanese,
  gb18030: m.data_encoding_chinese,
  big5: m.data_encoding_taiwanese,
} satisfies Record<string, () => string>;

export const encodings = Object.keys(encodingNotes) as (keyof typeof encodingNotes)[];

export function encodingLabel(name: keyof typeof encodingNotes): string {
  const note = encodingNotes[name]();
  return note === '' ? name : m.data_encoding_of({ name, note });
}
