import * as m from '#messages';

import type { App } from '../features/app.ts';
import { contentFacts, nameFacts, printFindings } from './dataset-facts.ts';
import { originFacts } from './origin-facts.ts';
import type { Output } from './output.ts';
import { pairs } from './text.ts';

type Imported = Awaited<ReturnType<App['services']['datasets']['import']>>;

/** What an import made of a file, and how it read it; first of all, whether its content was there before. */
export function printImported(
  out: Output,
  { dataset, isKnown, notes, findings, origin }: Imported,
): void {
  const { request, reading } = origin;
  const warnings = [...notes, ...findings.map(({ text }) => text)];
  out.json({ ...dataset, warnings, findings, isKnown, request, read: reading });
  for (const warning of notes) out.note(m.cli_warning({ warning }));
  const lines = pairs([
    ...nameFacts(dataset),
    ...(reading === null
      ? [[m.cli_column_format(), m.cli_fact_sample()] as const]
      : originFacts(origin)),
    ...contentFacts(dataset),
  ]);
  for (const line of lines) out.line(line);
  printFindings(out, { ...dataset, format: reading?.format ?? 'sample', findings });
}
