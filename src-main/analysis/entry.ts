import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants, setPriority } from 'node:os';
import { setImmediate } from 'node:timers/promises';

import { AppError, toFailure } from '#contract/failure.ts';
import { meanOfDefined } from '#core/embeddings/algebra/alignment.ts';
import { laidRows } from '#core/embeddings/algebra/common-frame.ts';
import { compareTables } from '#core/embeddings/compare/compare-tables.ts';
import { toComparisonFile } from '#core/embeddings/compare/comparison-file.ts';
import { driftOf } from '#core/embeddings/compare/drift.ts';
import {
  withColumns,
  gatherRows,
  minus,
  shifted,
  type Matrix,
} from '#core/embeddings/algebra/matrix.ts';
import { plainProducts, type Products } from '#core/embeddings/algebra/products.ts';
import {
  inOtherOrder,
  oddReviews,
  reviewDistances,
  rowDistances,
} from '#core/embeddings/compare/review-differences.ts';
import { inOtherFrame, withRowsOf } from '#core/embeddings/transplant/transplant.ts';
import { controlTables } from '#core/embeddings/transplant/transplant-controls.ts';
import { readEncodedFile } from '#core/text/encoded-file.ts';
import { languageOf, languageVariable, setLanguage } from '#core/wording/language.ts';
import { randomStream } from '#core/util/random.ts';
import { encodeWeightsFile } from '#core/model/weights-file.ts';

import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import { hasNativeBinding } from '../trainer/engine/native/binding.ts';
import { openChannel, stackOf } from '../processes/child/channel.ts';
import type {
  AnalysisJob,
  CompareJob,
  DriftJob,
  FromAnalysis,
  LaidTableFile,
  ReviewsJob,
  ToAnalysis,
  TransplantJob,
} from '#core/embeddings/analysis-job.ts';

/* An analysis process: one job, then the end. It is cancelled by ending it. */

setLanguage(languageOf(process.env[languageVariable]));
const channel = openChannel<ToAnalysis, FromAnalysis>();
channel.onMessage(({ job }) => void run(job));

async function run(job: AnalysisJob): Promise<void> {
  // A run may be training beside it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  try {
    const products = await productsOf();
    await channel.send(await answerTo(job, products));
  } catch (error) {
    const { kind, message } = toFailure(error);
    if (kind === 'internal') process.stderr.write(`${stackOf(error)}\n`);
    await channel.send({ type: 'failed', message });
  }
  process.exit(0);
}

function answerTo(job: AnalysisJob, products: Products): FromAnalysis | Promise<FromAnalysis> {
  switch (job.kind) {
    case 'compare':
      return compare(job, products);
    case 'drift':
      return drift(job, products);
    case 'reviews':
      return reviews(job, products);
    case 'transplant':
      return transplant(job, products);
  }
}

async function compare(job: CompareJob, products: Products): Promise<FromAnalysis> {
  const tables = job.tables.map(({ file, startFile, rows, dims, picks }) => ({
    values: gatherRows(readTable(file, rows, dims), picks),
    start: startFile === null ? null : gatherRows(readTable(startFile, rows, dims), picks),
  }));
  const result = await compareTables({ ...job, tables }, products, createReporter());
  const bytes = encodeWeightsFile(toComparisonFile(result), (part) =>
    createHash('sha256').update(part).digest('hex'),
  );
  writeFileSync(`${job.resultFile}.tmp`, bytes);
  renameSync(`${job.resultFile}.tmp`, job.resultFile);
  // Reported in kilobytes.
  return { type: 'compared', peakBytes: process.resourceUsage().maxRSS * 1024 };
}

function drift({ tables, rows, dims, picks }: DriftJob, products: Products): FromAnalysis {
  const steps = driftOf(
    tables.map(({ file }) => gatherRows(readTable(file, rows, dims), picks)),
    products,
  );
  const defined = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    type: 'drifted',
    drift: steps.map(({ step, ckaToFirst, ckaToLast }, index) => ({
      epoch: tables[index]?.epoch ?? 0,
      step: defined(step),
      ckaToFirst: defined(ckaToFirst),
      ckaToLast: defined(ckaToLast),
    })),
  };
}

function transplant(job: TransplantJob, products: Products): FromAnalysis {
  const { rowOf, frame, fittedRows, seed, controls } = job;
  const donor = readTable(job.donor.file, job.donor.rows, job.donor.dims);
  const receiver = readTable(job.receiver.file, job.receiver.rows, job.receiver.dims);
  const write = (file: string, { values }: Matrix): void => {
    writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  };
  const placed = (rows: Matrix): Matrix => withRowsOf(receiver, rows, rowOf);
  write(job.rawFile, placed(withColumns(donor, receiver.columns)));
  write(job.alignedFile, placed(inOtherFrame(donor, frame, receiver.columns, products)));
  const controlOf = controlTables({ donor, receiver, rowOf, frame, fittedRows, seed }, products);
  for (const { plan, file } of controls) write(file, controlOf(plan));
  return { type: 'transplanted' };
}

function reviews(job: ReviewsJob, products: Products): FromAnalysis {
  const [first, second] = job.tables.map((table) => laid(table, products));
  const split = readEncodedFile(readFileSync(job.encodedFile)).splits.test;
  if (first === undefined || second === undefined || split === undefined) {
    throw new AppError('badInput', m.trainer_split_empty({ split: splitWord('test') }));
  }
  const count = job.isRead.length;
  const [x, y] = [firstRows(first, count), firstRows(second, count)];
  const over = (other: Matrix) =>
    reviewDistances(split, job.rows, rowDistances(x, other, job.isRead), job);
  const distances = over(y);
  const random = randomStream(job.seed, 'reordered');
  const chance = meanOfDefined(over(inOtherOrder(y, job.isRead, random)).distances);
  return {
    type: 'reviewed',
    result: { ...distances, ...oddReviews(distances.distances, job.gaps, job.most), chance },
  };
}

/** A whole table along all axes of the common frame. */
function laid(
  { file, startFile, rows, dims, means, transform, frobenius, comparedWords }: LaidTableFile,
  products: Products,
): Matrix {
  const table = readTable(file, rows, dims);
  const subject = startFile === null ? table : minus(table, readTable(startFile, rows, dims));
  const d = means.length;
  const centred = shifted(withColumns(subject, d), means);
  return laidRows(centred, frobenius, transform, d, products, comparedWords);
}

const firstRows = ({ columns, values }: Matrix, rows: number): Matrix => ({
  rows,
  columns,
  values: values.subarray(0, rows * columns),
});

function readTable(file: string, rows: number, columns: number): Matrix {
  const bytes = readFileSync(file);
  return {
    rows,
    columns,
    values: new Float32Array(bytes.buffer, bytes.byteOffset, rows * columns),
  };
}

/** Loaded on demand: the library takes a second. */
async function productsOf(): Promise<Products> {
  if (!hasNativeBinding()) return plainProducts;
  return (await import('./native-products.ts')).createNativeProducts(availableParallelism());
}

/** At most ten messages a second; lets a disconnected channel be heard. */
function createReporter(): (share: number) => Promise<void> {
  let saidAt = 0;
  return async (share) => {
    const now = performance.now();
    if (now - saidAt < 100) return;
    saidAt = now;
    void channel.send({ type: 'progress', share });
    await setImmediate();
  };
}
