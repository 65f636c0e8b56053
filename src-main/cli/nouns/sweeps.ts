import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Experiment } from '#contract/experiment.ts';
import { AppError } from '#contract/failure.ts';
import type { RunState } from '#contract/run.ts';
import { marginPointsSchema } from '#contract/settings.ts';
import { type CollectedTasks, type SlurmOptions, slurmOptionsSchema } from '#contract/slurm.ts';
import { sweepFileSchema } from '#contract/sweep.ts';
import { program } from '#core/wording/program.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { App } from '../../features/app.ts';
import { choiceOption, numberOption } from '../arguments.ts';
import {
  type Arguments,
  type Command,
  type Context,
  firstOf,
  type Noun,
  type OptionSpec,
} from '../command.ts';
import type { Output } from '../show/output.ts';
import { leaveWorker, workUntilDone } from '../queue-worker.ts';
import { readTextFile } from '../text-file.ts';
import { bytes, count, spanText } from '../show/text.ts';

export const slurmOptions: Readonly<Record<keyof typeof fields | 'on', OptionSpec>> = {
  on: { value: 'slurm', text: m.cli_sweep_on },
  partition: { value: 'P', text: m.cli_sweep_partition },
  time: { value: 'T', text: m.cli_sweep_time },
  cpus: { value: 'N', text: m.cli_sweep_cpus },
  memory: { value: 'M', text: m.cli_sweep_memory },
  'array-limit': { value: 'K', text: m.cli_sweep_array_limit },
  shared: { value: 'DIR', text: m.cli_sweep_shared },
  'checkpoint-seconds': { value: 'S', text: m.cli_sweep_checkpoint_seconds },
};

/** Null where the runs stay on this machine. */
export function readSlurmOptions(args: Arguments, folder: string): SlurmOptions | null {
  const isOn = choiceOption(args, 'on', ['slurm']) !== undefined;
  const given: Record<string, string | number> = {};
  for (const [flag, field] of Object.entries(fields)) {
    const text = args.values[flag];
    if (text === undefined) continue;
    if (!isOn)
      throw new AppError('invalid', m.cli_sweep_only_slurm({ name: flag }), { field: flag });
    given[field] = wholeNumbers.includes(flag) ? numberOf(text) : text;
  }
  if (!isOn) return null;
  const parsed = slurmOptionsSchema.safeParse(given);
  if (parsed.success) {
    const { shared } = parsed.data;
    return shared === undefined
      ? parsed.data
      : { ...parsed.data, shared: path.resolve(folder, shared) };
  }
  const [issue] = parsed.error.issues;
  const flag = Object.entries(fields).find(([, field]) => field === issue?.path[0])?.[0] ?? 'on';
  throw new AppError('invalid', m.cli_option_wrong({ name: flag, why: issue?.message ?? '' }), {
    field: flag,
  });
}

const numberOf = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);

const lookEveryMs = 5000;

/** Takes in what there is, again and again, until Slurm has nothing of it any more; Ctrl-C ends that without a loss. */
async function collectUntilDone(
  { app, ends, out }: Context,
  experimentId: string,
): Promise<CollectedTasks> {
  const collected: string[] = [];
  const left = ends().next();
  for (;;) {
    const now = await app().services.slurm.collect({ experimentId });
    collected.push(...now.collected);
    printCollected(app(), out, now.collected);
    const hasLeft = Promise.race([pause(lookEveryMs, false), left.then(() => true)]);
    if (now.underway === 0 || (await hasLeft)) return { ...now, collected };
  }
}

function printCollected(app: App, out: Output, runIds: readonly string[]): void {
  for (const runId of runIds) {
    const { name, state } = app.services.runs.summary(runId);
    out.line(m.cli_collected({ name, state: stateWord(state) }));
  }
}

/** What is not in, whoever took in the others: still with Slurm, or failed, and what hands those over again. */
function printRest(
  out: Output,
  { problems, underway }: CollectedTasks,
  { name, runs }: Pick<Experiment, 'name' | 'runs'>,
): void {
  for (const problem of problems) out.note(m.runs_curves_unreadable(problem));
  if (underway > 0) out.line(m.cli_collect_underway({ count: underway }));
  const failed = runs.filter(
    ({ slurm, state }) => slurm !== undefined && (state === 'failed' || state === 'interrupted'),
  );
  if (failed.length > 0) out.line(m.cli_collect_failed({ count: failed.length, program, name }));
}

const sweep: Command = {
  name: 'sweep',
  operands: 'FILE',
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
      out.json({ ...experiments.get({ experimentId }), estimate });
      if (queue.get().isPaused) out.note(m.cli_queue_is_paused());
    } else {
      const started = await app.services.slurm.start({ ...request, options: onSlurm });
      ({ experimentId } = started);
      const { jobId, folder } = started.slurm;
      out.line(m.cli_sweep_submitted({ count: work.count, id: experimentId, jobId, folder }));
      if (args.switches.has('wait')) await collectUntilDone(context, experimentId);
      out.json({ ...started, ...experiments.get({ experimentId }), estimate });
    }
    const experiment = experiments.get({ experimentId });
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

const sweepCollect: Command = {
  name: 'sweep collect',
  operands: 'ID',
  summary: m.cli_sweep_collect,
  options: { watch: { text: m.cli_sweep_collect_watch } },
  async run(args, context) {
    const { app, out } = context;
    const { experiments, slurm } = app().services;
    const experimentId = experiments.resolve(firstOf(args));
    const isWatching = args.switches.has('watch');
    const collected = isWatching
      ? await collectUntilDone(context, experimentId)
      : await slurm.collect({ experimentId });
    if (!isWatching) printCollected(app(), out, collected.collected);
    if (collected.collected.length === 0) out.line(m.cli_collected_none());
    const experiment = experiments.get({ experimentId });
    printRest(out, collected, experiment);
    out.json({ ...experiment, ...collected });
  },
};

const sweepRetry: Command = {
  name: 'sweep retry',
  operands: 'ID',
  summary: m.cli_sweep_retry,
  options: { wait: { text: m.cli_sweep_wait } },
  async run(args, context) {
    const { app, out } = context;
    const { experiments, slurm } = app().services;
    const experimentId = experiments.resolve(firstOf(args));
    // What has come in meanwhile has not failed.
    await slurm.collect({ experimentId });
    const retried = await slurm.retry({ experimentId });
    out.line(m.cli_sweep_retried({ count: count(retried.length) }));
    if (args.switches.has('wait')) {
      const rest = await collectUntilDone(context, experimentId);
      printRest(out, rest, experiments.get({ experimentId }));
    }
    out.json({ ...experiments.get({ experimentId }), retried });
  },
};

const sweepStop: Command = {
  name: 'sweep stop',
  operands: 'ID',
  summary: m.cli_sweep_stop,
  options: {},
  async run(args, { app, out }) {
    const { experiments, slurm } = app().services;
    const experimentId = experiments.resolve(firstOf(args));
    // Slurm may have some that nobody here knows of: their program ended before Slurm had answered.
    await slurm.collect({ experimentId });
    const stopped = await slurm.stop({ experimentId });
    out.line(m.cli_sweep_stopped({ count: count(stopped.length) }));
    out.json({ ...experiments.get({ experimentId }), stopped });
  },
};

const fields = {
  partition: 'partition',
  time: 'time',
  cpus: 'cpus',
  memory: 'memory',
  'array-limit': 'arrayLimit',
  shared: 'shared',
  'checkpoint-seconds': 'checkpointSeconds',
} as const;
const wholeNumbers: readonly string[] = ['cpus', 'array-limit', 'checkpoint-seconds'];

export const sweeps: Noun = {
  title: m.cli_noun_sweeps,
  commands: [sweep, sweepCollect, sweepRetry, sweepStop],
};
