import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import type { RunState } from '#contract/run.ts';
import { marginPointsSchema } from '#contract/settings.ts';
import { sweepFileSchema } from '#contract/sweep.ts';
import * as m from '#messages';

import { numberOption } from './arguments.ts';
import { firstOf, type Arguments, type Command, type Context } from './command.ts';
import { leaveWorker, workUntilDone } from './queue-worker.ts';
import { collectUntilDone } from './slurm-collecting.ts';
import { readSlurmOptions, slurmOptions } from './slurm-options.ts';
import { bytes, count, spanText } from './text.ts';
import { readTextFile } from './text-file.ts';

export const sweep: Command = {
  name: 'sweep',
  operands: 'FILE',
  least: 1,
  most: 1,
  summary: m.cli_sweep,
  options: {
    name: { value: 'N', text: m.cli_sweep_name },
    looks: { value: 'K', text: m.cli_sweep_looks },
    'margin-points': { value: 'X', text: m.cli_sweep_margin_points },
    'dry-run': { text: m.cli_sweep_dry_run },
    wait: { text: m.cli_sweep_wait },
    ...slurmOptions,
  },
  async run(args, context) {
    const file = readSweepFile(firstOf(args), context);
    const { dataset, name: own, looks: ownLooks, marginPoints: ownMargin, ...spec } = file;
    const name = args.values['name'] ?? own;
    const looks = numberOption(args, 'looks', { min: 1, max: 20 }) ?? ownLooks;
    const marginPoints = readMargin(args) ?? ownMargin;
    const onSlurm = readSlurmOptions(args, context.folder);
    const app = context.app();
    const { datasets, experiments, queue, runs, sweeps } = app.services;
    const { out } = context;
    const datasetId = datasets.resolve(dataset);
    const estimate = sweeps.estimate({ datasetId, sweep: spec, name, looks });
    if (estimate.repeated > 0) out.note(m.cli_sweep_repeated({ count: estimate.repeated }));
    const work = {
      count: count(estimate.runs),
      time: spanText(estimate.seconds),
      atOnce: estimate.atOnce,
      disk: bytes(estimate.diskBytes),
      free: bytes(estimate.diskFreeBytes),
    };
    if (args.switches.has('dry-run')) {
      out.json({ experimentId: null, ...estimate });
      out.line(m.cli_sweep_would(work));
      return;
    }
    const request = { datasetId, sweep: spec, name, looks, marginPoints };
    let experimentId: string;
    if (onSlurm === null) {
      ({ experimentId } = sweeps.start(request));
      out.line(m.cli_sweep_queued({ ...work, id: experimentId }));
      if (args.switches.has('wait')) await workUntilDone(context);
      else await leaveWorker(context);
      out.json({ ...experiments.get(experimentId), estimate });
      if (queue.get().isPaused) out.note(m.cli_queue_is_paused());
    } else {
      const started = await app.services.slurm.start({ ...request, options: onSlurm });
      ({ experimentId } = started);
      const { jobId, folder } = started.slurm;
      out.line(m.cli_sweep_submitted({ count: work.count, id: experimentId, jobId, folder }));
      if (args.switches.has('wait')) await collectUntilDone(context, experimentId);
      out.json({ ...started, ...experiments.get(experimentId), estimate });
    }
    const experiment = experiments.get(experimentId);
    const bad = experiment.runs.filter(({ state }) => endedBadly.includes(state));
    if (bad.length > 0) {
      const names = bad.map((run) => `${run.name} (${run.state})`).join(', ');
      const why = new Set(bad.flatMap(({ runId }) => runs.summary(runId).reason ?? []));
      const reasons = [...why].join(' ');
      const sentence = m.cli_sweep_ended_badly({ count: bad.length, names, reasons });
      throw new AppError('internal', sentence.trim());
    }
  },
};

function readMargin({ values }: Arguments): number | undefined {
  const text = values['margin-points'];
  if (text === undefined) return undefined;
  const parsed = marginPointsSchema.safeParse(text.trim() === '' ? Number.NaN : Number(text));
  if (parsed.success) return parsed.data;
  throw new AppError('invalid', m.cli_sweep_margin_points_bounds(), { field: 'margin-points' });
}

const endedBadly: readonly RunState[] = ['failed', 'diverged', 'interrupted'];

function readSweepFile(name: string, { folder }: Context) {
  const file = path.resolve(folder, name);
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('invalid', m.cli_sweep_unreadable({ file }));
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The rest of what the parser says repeats the file.
    const place =
      error instanceof Error ? /line \d+ column \d+/.exec(error.message)?.[0] : undefined;
    throw new AppError(
      'invalid',
      place === undefined
        ? m.cli_sweep_no_json({ file })
        : m.cli_sweep_no_json_at({ file, place: place.replace(' column', ', column') }),
    );
  }
  const parsed = sweepFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.path.length === 0) throw new AppError('invalid', issue.message);
  throw parsed.error;
}
