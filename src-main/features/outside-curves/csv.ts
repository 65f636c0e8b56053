import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { CsvError, parse } from 'csv-parse/sync';

import { AppError } from '#contract/failure.ts';
import { readCurves, type ReadCurves } from '#core/outside-curves/read-curves.ts';
import * as m from '#messages';

/** The curves of a CSV file; throws what keeps it from being read, with the file's name. */
export function readCurvesFile(file: string): ReadCurves {
  const name = path.basename(file);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isFile() !== true) throw new AppError('notFound', m.runs_curves_no_file({ file }));
  if (there.size > mostBytes) throw new AppError('badInput', m.runs_curves_too_large({ name }));
  // Files of /proc are regular ones of size 0, and may be waited for for ever.
  const text = there.size === 0 ? '' : readFileSync(file, 'utf8');
  try {
    if (binary.test(text.slice(0, 10_000))) throw new Error(m.runs_curves_no_text());
    const records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const [head, ...rows] = records;
    return readCurves({
      header: head?.record.map((title) => title.trim()) ?? [],
      rows: rows.map(({ record }) => record),
      lines: rows.map(({ info }) => info.lines),
    });
  } catch (error) {
    const reason =
      error instanceof CsvError
        ? m.runs_curves_no_csv()
        : error instanceof Error
          ? error.message
          : String(error);
    throw new AppError('badInput', m.runs_curves_unreadable({ name, reason }), { cause: error });
  }
}

const mostBytes = 50_000_000;

/** What no text has, and the first bytes of every packed file do. */
// oxlint-disable-next-line no-control-regex -- these are what it looks for
const binary = /[\u0000-\u0008\u000E-\u001F]/;

/** The one that parts most of the first line. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split('\n', 1);
  const counts = [',', ';', '\t'].map((mark) => [mark, head.split(mark).length] as const);
  return counts.toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? ',';
}
