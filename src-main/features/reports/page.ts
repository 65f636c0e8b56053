import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Run } from '#contract/run.ts';
import type { ReportData } from '#core/reports/data.ts';
import { forReaders } from '#core/reports/document.ts';
import { reportContent } from '#core/reports/figures-of-runs.ts';
import { renderHtml, type PaperFonts } from '#core/reports/render/html.ts';

import { documentOf } from './composed.ts';

/**
 * The report as one HTML file. `resources`: the folder of that name. `fonts`: for paper. `isPreview`: with the sections
 * that have nothing to tell, and why.
 */
export function reportPage(
  data: ReportData,
  resources: string,
  { fonts, isPreview = false }: Readonly<{ fonts?: PaperFonts; isPreview?: boolean }> = {},
): string {
  const file = (name: string): string => readFileSync(path.join(resources, 'report', name), 'utf8');
  const document = documentOf(data);
  return renderHtml(isPreview ? document : forReaders(document), {
    style: file('page.css'),
    script: file('page.js'),
    content: pageContent(data),
    version: data.twofoldVersion,
    createdAt: data.createdAt,
    sha256,
    ...(fonts === undefined ? {} : { fonts }),
  });
}

export function sha256(text: string): Readonly<{ hex: string; base64: string }> {
  const hash = createHash('sha256').update(text, 'utf8').digest();
  return { hex: hash.toString('hex'), base64: hash.toString('base64') };
}

/** Without what the page itself tells, such as flips by row, and without what a person keeps for themselves: notes, tags, favourites. */
function pageContent(data: ReportData) {
  const { judgement, runs, ...content } = reportContent(data);
  const flips = judgement?.stableFlips.length ?? 0;
  return {
    ...content,
    runs: runs.map(withoutPrivate),
    judgement: judgement && { ...judgement, stableFlips: [], stableFlipCount: flips },
  };
}

const withoutPrivate = ({
  note: _note,
  tags: _tags,
  isFavourite: _isFavourite,
  ...rest
}: Run): Omit<Run, 'note' | 'tags' | 'isFavourite'> => rest;
