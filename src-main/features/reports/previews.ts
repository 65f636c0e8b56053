import { randomBytes } from 'node:crypto';

import type { Emit } from '#contract/index.ts';
import { previewPrefix, type ReportSpec } from '#contract/report.ts';
import type { ReportData } from '#core/reports/data.ts';
import { leftOutOf } from '#core/reports/document.ts';

import type { Preview } from '../services.ts';
import { documentOf } from './composed.ts';
import { gatherReport, type ReportSources } from './gather.ts';
import { reportPage } from './page.ts';

/** A window shows one while it loads the next. */
const mostKept = 8;
/** Not everything that a report tells has an event, such as a baseline that was trained meanwhile. */
const gatheredForMs = 60_000;

export type OnEvent = (listener: Emit) => () => void;
type Parts = ReportSources & Readonly<{ resources: string; onEvent: OnEvent }>;
type Gathered = Readonly<{ key: string; data: ReportData; until: number }>;

export type Previews = Readonly<{
  /** The path of the page as it would be written, which nobody can guess, and what would be left out of it. */
  make: (spec: ReportSpec) => Promise<Preview>;
  pageAt: (path: string) => string | undefined;
}>;

export function createPreviews(parts: Parts): Previews {
  const pages = new Map<string, string>();
  let last: Gathered | null = null;
  let version = 0;
  parts.onEvent((name) => {
    if (name === 'reports.changed') return;
    version += 1;
    last = null;
  });

  /** Most changes of a report are of its words and their order: its figures are gathered once. */
  async function gather(spec: ReportSpec): Promise<ReportData> {
    const key = keyOf(spec);
    const at = parts.now();
    if (last?.key === key && at.getTime() < last.until)
      return { ...last.data, spec, createdAt: at.toISOString() };
    const before = version;
    const data = await gatherReport(parts, spec);
    if (before === version) last = { key, data, until: at.getTime() + gatheredForMs };
    return data;
  }

  return {
    async make(spec) {
      const path = `${previewPrefix}${randomBytes(24).toString('base64url')}`;
      const data = await gather(spec);
      pages.set(path, reportPage(data, parts.resources, { isPreview: true }));
      // A Map keeps the order of insertion: the first is the oldest.
      for (const old of [...pages.keys()].slice(0, -mostKept)) pages.delete(old);
      return { address: path, leftOut: [...leftOutOf(documentOf(data))] };
    },
    pageAt: (path) => pages.get(path),
  };
}

function keyOf({ runIds, experimentId, curveIds, weights, blocks }: ReportSpec): string {
  // Which sections there are, and which sentence is looked at.
  const sections = blocks.filter(({ kind }) => kind !== 'text').map((of) => JSON.stringify(of));
  return JSON.stringify([
    runIds,
    experimentId,
    curveIds ?? [],
    weights,
    [...new Set(sections)].sort(),
  ]);
}
