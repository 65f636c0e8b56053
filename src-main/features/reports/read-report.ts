import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import { AppError } from '#contract/failure.ts';
import { hasControls } from '#contract/name.ts';
import type { ReadReport } from '#contract/report.ts';
import { runConfigSchema } from '#contract/run-config.ts';
import { reportFormatVersion } from '#core/reports/figures-of-runs.ts';
import { contentId, endMark, generatorMark, hashName } from '#core/reports/render/html.ts';
import * as m from '#messages';

import { isUnderway } from '../runs/train/follow.ts';
import type { ReportSources } from './gather.ts';
import { sha256 } from './page.ts';

const mostBytes = 200_000_000;

/** Longer than a person can type them, and nothing that changes the text around them. */
const shownText = z
  .string()
  .max(1000)
  .refine((text) => !hasControls(text));
const contentSchema = z.object({
  format: z.literal('twofold-report'),
  title: shownText,
  createdAt: shownText,
  runs: z
    .array(
      z.object({
        runId: shownText,
        name: shownText,
        config: runConfigSchema,
        datasetName: shownText,
        datasetHash: shownText,
      }),
    )
    .max(200),
});

/**
 * What a report's HTML file holds, checked against the hash that it carries, beside what of it this home has. Throws `badInput` where
 * it is no regular file of at most 200 MB, or no whole report.
 */
export async function readReport(
  { runs, datasets }: ReportSources,
  file: string,
): Promise<ReadReport> {
  const { content, contentHash } = await readContent(file);
  const known = new Map(
    datasets
      .list({})
      .filter(({ isHere }) => isHere)
      .map((of) => [of.contentHash, of.datasetId]),
  );
  const all = runs.list({});
  const here = new Set(all.map(({ runId }) => runId));
  const isTwin = (
    run: (typeof all)[number],
    { config, datasetHash }: (typeof content.runs)[number],
  ) =>
    (isUnderway(run.state) || run.last !== null) &&
    run.datasetHash === datasetHash &&
    isDeepStrictEqual(run.config, config);
  return {
    title: content.title,
    createdAt: content.createdAt,
    contentHash,
    runs: content.runs.map((run) => ({
      ...run,
      datasetId: known.get(run.datasetHash) ?? null,
      isHere: here.has(run.runId),
      sameRunId: here.has(run.runId) ? null : (all.find((of) => isTwin(of, run))?.runId ?? null),
    })),
  };
}

/** Neither this run nor one like it is here. */
export const isWanted = ({ isHere, sameRunId }: ReadReport['runs'][number]): boolean =>
  !isHere && sameRunId === null;

/** The datasets that runs which are not here would have to be trained on and which are not here either, with their hashes; may be empty. */
export function dataAway(runs: ReadReport['runs']): string {
  const away = runs.filter((run) => isWanted(run) && run.datasetId === null);
  const named = new Map(away.map((run) => [run.datasetHash, run.datasetName]));
  return [...named]
    .map(([contentHash, name]) => m.report_dataset_named({ name, contentHash }))
    .join(', ');
}

async function readContent(
  file: string,
): Promise<Readonly<{ content: z.infer<typeof contentSchema>; contentHash: string }>> {
  const html = await readRegular(file);
  const named = new RegExp(`<meta name="${hashName}" content="([0-9a-f]{64})">`).exec(html)?.[1];
  const text = new RegExp(
    `<script type="application/json" id="${contentId}">([^<]*)</script>`,
  ).exec(html)?.[1];
  if (named === undefined || text === undefined) {
    const isCutOff = html.includes(generatorMark) && !html.trimEnd().endsWith(endMark);
    const why = isCutOff ? m.report_read_cut_off : m.report_read_no_report;
    throw new AppError('badInput', why({ file }));
  }
  const contentHash = sha256(text).hex;
  if (contentHash !== named) throw new AppError('badInput', m.report_read_altered({ file }));
  const value: unknown = JSON.parse(text);
  const version = z.object({ version: z.number() }).safeParse(value).data?.version ?? 0;
  if (version > reportFormatVersion) {
    throw new AppError(
      'badInput',
      m.report_read_newer({ file, format: version, known: reportFormatVersion }),
    );
  }
  const parsed = contentSchema.safeParse(value);
  if (!parsed.success) throw new AppError('badInput', m.report_read_no_report({ file }));
  return { content: parsed.data, contentHash };
}

/** Windows has no such flag. */
const withoutWaiting = process.platform === 'win32' ? 0 : constants.O_NONBLOCK;

/** The text of a regular file. Devices and pipes would never end, and files of /proc, whose size is 0, may wait for ever. */
async function readRegular(file: string): Promise<string> {
  const noFile = (): AppError => new AppError('badInput', m.report_read_no_file({ file }));
  const there = await stat(file).catch(() => null);
  if (there?.isFile() !== true) throw noFile();
  let handle: FileHandle;
  try {
    // Something else may take its place meanwhile: without waiting, a pipe opens at once and is refused below.
    handle = await open(file, constants.O_RDONLY | withoutWaiting);
  } catch {
    throw noFile();
  }
  try {
    const opened = await handle.stat();
    if (!opened.isFile() || opened.size === 0) throw noFile();
    if (opened.size > mostBytes)
      throw new AppError('badInput', m.report_read_too_large({ file, most: '200 MB' }));
    const bytes = Buffer.alloc(opened.size);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.toString('utf8', 0, done);
  } finally {
    await handle.close();
  }
}
