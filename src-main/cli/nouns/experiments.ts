import type { Experiment, Judgement } from '#contract/experiment.ts';
import type { RunState } from '#contract/run.ts';
import { factorialWords } from '#core/experiment/factorial-words.ts';
import { bandText, strataWords, verdictLines } from '#core/experiment/verdict-items.ts';
import { program } from '#core/wording/program.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import { numberOption } from '../arguments.ts';
import { type Command, firstOf, type Noun } from '../command.ts';
import { leaveWorker, workUntilDone } from '../queue-worker.ts';
import { stateText } from '../show/run-facts.ts';
import { fitted, pairs, percent, shortened, table, withKeyboardMinus } from '../show/text.ts';
import { bestOrLastOption, readBestOrLast } from '../weights-choice.ts';

const experimentsList: Command = {
  name: 'experiments list',
  summary: m.cli_experiments_list,
  options: bestOrLastOption,
  async run(args, { app, out }) {
    const { experiments } = app().services;
    const weights = readBestOrLast(args);
    const facts = [];
    for (const experiment of experiments.list()) {
      const judgement = await experiments.judgeExperiment(experiment.experimentId, weights);
      facts.push(experimentFacts(experiment, judgement));
    }
    out.json(facts);
    if (facts.length === 0) out.line(m.cli_experiments_none());
    if (out.isJson || facts.length === 0) return;
    const header = [
      m.cli_column_id(),
      m.cli_column_name(),
      m.cli_column_kind(),
      m.cli_column_runs(),
      m.common_seeds(),
      m.cli_column_state(),
      m.cli_column_dataset(),
      m.cli_column_verdict(),
    ];
    const rows = facts.map(({ verdict, missing, isPlanKnown, ...experiment }) => [
      experiment.experimentId,
      shortened(experiment.name, 40),
      m.cli_experiment_kind({ kind: experiment.kind }),
      String(experiment.runs.length),
      String(experiment.seeds.length),
      stateCounts(experiment.runs, missing),
      shortened(experiment.datasetName, 24),
      isPlanKnown ? verdict.sentence : `${verdict.sentence} ${m.experiments_plan_unknown()}`,
    ]);
    for (const line of table(header, fitted(header, rows, 1, out.width), header.slice(3, 5)))
      out.line(line);
  },
};

/** "5 finished, 1 failed, 2 not here" */
function stateCounts(runs: Experiment['runs'], missing: Judgement['missing']): string {
  const counts = new Map<RunState, number>();
  for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1);
  const absent = missing.filter(({ isHere }) => !isHere).length;
  return [
    ...[...counts].map(([state, count]) => m.cli_state_count({ count, state: stateWord(state) })),
    ...(absent === 0 ? [] : [m.cli_state_count({ count: absent, state: m.cli_run_not_here() })]),
  ].join(', ');
}

const experimentsShow: Command = {
  name: 'experiments show',
  operands: 'ID',
  summary: m.cli_experiments_show,
  options: bestOrLastOption,
  async run(args, { app, out }) {
    const { experiments, runs } = app().services;
    const experiment = experiments.get({ experimentId: experiments.resolve(firstOf(args)) });
    const listed = runs.list({ runIds: experiment.runs.map(({ runId }) => runId) });
    const summaries = new Map(listed.map((run) => [run.runId, run]));
    const judgement = await experiments.judgeExperiment(
      experiment.experimentId,
      readBestOrLast(args),
    );
    const facts = experimentFacts(experiment, judgement);
    out.json({
      ...facts,
      runs: facts.runs.map((run) => ({
        ...run,
        progress: run.state === 'running' ? (summaries.get(run.runId)?.progress ?? null) : null,
      })),
    });
    if (out.isJson) return;
    const about = pairs([
      [m.cli_column_id(), experiment.experimentId],
      [m.cli_column_name(), experiment.name],
      [m.cli_column_kind(), m.cli_experiment_kind({ kind: experiment.kind })],
      [m.cli_column_dataset(), experiment.datasetName],
      [m.common_seeds(), experiment.seeds.join(', ')],
      [m.cli_column_looks(), String(experiment.looks)],
      [m.cli_column_margin(), bandText(judgement.verdict)],
    ]);
    const header = [
      m.cli_column_run(),
      m.cli_column_name(),
      m.cli_column_state(),
      m.cli_column_variant(),
      m.common_seed(),
      m.fields_split_test(),
    ];
    const members = experiment.runs.flatMap(({ runId }) => summaries.get(runId) ?? []);
    const rows = members.map((run) => [
      run.runId,
      run.name,
      stateText(run),
      run.variant ?? m.cli_variant_custom(),
      String(run.config.seed),
      percent(run.best?.testAccuracy),
    ]);
    const absent = judgement.missing
      .filter(({ isHere }) => !isHere)
      .map(({ runId, name, variant, seed }) => [
        runId,
        name,
        m.cli_run_not_here(),
        variant ?? m.cli_variant_custom(),
        String(seed),
        '-',
      ]);
    const { factorial } = judgement;
    for (const line of [
      ...about,
      '',
      ...table(header, fitted(header, [...rows, ...absent], 1, out.width), header.slice(4)),
      '',
      ...[
        ...verdictLines(judgement),
        ...strataLines(judgement.strata ?? []),
        ...(factorial === null ? [] : ['', ...factorialLines(factorial)]),
      ].map(withKeyboardMinus),
      ...(factorial !== null && factorial.pending === 0 && factorial.blocks < 2
        ? [m.cli_factorial_extend({ program, experimentId: experiment.experimentId })]
        : []),
    ])
      out.line(line);
  },
};

const experimentsExtend: Command = {
  name: 'experiments extend',
  operands: 'ID',
  summary: m.cli_experiments_extend,
  options: {
    seeds: { value: 'N', text: m.cli_experiments_extend_seeds },
    wait: { text: m.cli_sweep_wait },
  },
  async run(args, context) {
    const { out } = context;
    const app = context.app();
    const { experiments, queue } = app.services;
    const experimentId = experiments.resolve(firstOf(args));
    const before = experiments.get({ experimentId }).runs.length;
    const seedCount = numberOption(args, 'seeds', { min: 1, max: 12 }) ?? 1;
    const extended = experiments.extend({ experimentId, seedCount });
    out.line(m.cli_experiments_extended({ count: extended.runs.length - before }));
    if (args.switches.has('wait')) await workUntilDone(context);
    else await leaveWorker(context);
    out.json(experiments.get({ experimentId }));
    if (queue.get().isPaused) out.note(m.cli_queue_is_paused());
  },
};

/** What `experiments list` and `experiments show` print with --json. */
const experimentFacts = (experiment: Experiment, judgement: Judgement) => {
  const { stableFlips, runIds: _, seeds, ...rest } = judgement;
  return { ...rest, ...experiment, pairedSeeds: seeds, stableFlips: stableFlips.length };
};

function factorialLines(factorial: NonNullable<Judgement['factorial']>): string[] {
  const { header, rows, notes } = factorialWords(factorial);
  return [...table(header, rows, header.slice(1)), ...notes];
}

/** A verdict a setting, as a table. */
function strataLines(strata: NonNullable<Judgement['strata']>): string[] {
  if (strata.length === 0) return [];
  const { header, rows, notes } = strataWords(strata);
  return ['', ...table(header, rows, header.slice(1, 5)), ...notes];
}

export const experiments: Noun = {
  title: m.cli_noun_experiments,
  commands: [experimentsList, experimentsShow, experimentsExtend],
};
