import { AppError } from '#contract/failure.ts';
import { startFromOf } from '#core/config/start-from.ts';
import * as m from '#messages';

import type { App } from '../../features/app.ts';
import { machineNow } from '../../features/runs/start/machine.ts';
import { type Arguments, type Command, firstOf, type Noun } from '../command.ts';
import { configOptions, readConfig } from '../config-flags.ts';
import { createReporter, detach } from '../detach.ts';
import { followRun, noteEnded, printEnded } from '../show/run-lines.ts';
import { bytes } from '../show/text.ts';

const train: Command = {
  name: 'train',
  summary: m.cli_train,
  options: {
    dataset: { value: 'ID', text: m.cli_train_dataset },
    name: { value: 'N', text: m.cli_train_name },
    'start-from': { value: 'RUN', text: m.cli_train_start_from },
    detach: { text: m.cli_option_detach },
    ...configOptions,
  },
  async run(args, context) {
    const reporter = createReporter();
    try {
      const named = args.values['dataset'];
      if (named === undefined)
        throw new AppError('invalid', m.cli_train_needs_dataset(), { field: 'dataset' });
      const config = readConfig(args);
      const app = context.app();
      const datasetId = app.services.datasets.resolve(named);
      if (config.lstmActivation === 'relu' && config.branches !== 'cnn')
        context.out.note(m.cli_train_relu());
      const warning = memoryWarning(
        app.services.runs.estimate({ datasetId, config }).peakMemoryBytes,
        machineNow().memoryFreeBytes,
      );
      if (warning !== null) context.out.note(warning);
      if (args.switches.has('detach')) {
        await detach(['train', ...withoutDetach(args)], context);
        return;
      }
      const [run] = app.services.runs.start({
        datasetId,
        configs: [{ ...config, startFrom: startOf(app, args.values['start-from']) }],
        name: args.values['name'],
      });
      if (run === undefined) throw new Error('No run was started.');
      await followRun(context, run.runId, reporter.line);
      await Promise.race([app.ahead(), context.ends().next()]);
    } catch (error) {
      reporter.failure(error);
      throw error;
    }
  },
};

/** For a run that would need more memory than is free; null where it fits. */
const memoryWarning = (neededBytes: number, freeBytes: number): string | null =>
  neededBytes <= freeBytes
    ? null
    : m.cli_train_memory({ needed: bytes(neededBytes), free: bytes(freeBytes) });

/** `RUNID@EPOCH` of a run's last complete epoch. */
function startOf(app: App, named: string | undefined): string {
  if (named === undefined) return 'none';
  const { runs } = app.services;
  const runId = runs.resolve(named);
  return startFromOf({ runId, epoch: runs.summary(runId).last?.epoch ?? 0 });
}

/** The options of a command line again, to be given to another process. */
const withoutDetach = (args: Arguments): string[] => [
  ...Object.entries(args.values).map(([name, value]) => `--${name}=${value ?? ''}`),
  ...args.operands,
];

const resume: Command = {
  name: 'resume',
  operands: 'RUN',
  summary: m.cli_resume,
  options: { anew: { text: m.cli_resume_anew }, detach: { text: m.cli_option_detach } },
  async run(args, context) {
    const reporter = createReporter();
    try {
      const app = context.app();
      const { runs } = app.services;
      const runId = runs.resolve(firstOf(args));
      const before = runs.summary(runId);
      const isAnew = args.switches.has('anew');
      if (args.switches.has('detach') && (isAnew || before.state !== 'finished')) {
        await detach(['resume', runId, ...(isAnew ? ['--anew'] : [])], context);
        return;
      }
      if (isAnew) {
        const { dataset: datasetId, config } = before;
        for (const again of runs.start({ datasetId, configs: [config] }))
          await followRun(context, again.runId, reporter.line);
        return;
      }
      runs.resume({ runId });
      if (before.state === 'finished') noteEnded(context.out, before);
      else if (!context.out.isJson && before.last !== null)
        context.out.note(m.cli_resumes({ name: before.name, epoch: before.last.epoch }));
      await followRun(context, runId, reporter.line);
    } catch (error) {
      reporter.failure(error);
      throw error;
    }
  },
};

/** Ends the training of a run, for now or altogether. */
const ending = (name: 'pause' | 'stop', summary: Command['summary']): Command => ({
  name,
  operands: 'RUN',
  summary,
  options: {},
  async run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    noteEnded(out, runs.summary(runId));
    await runs[`${name}AndWait`]({ runId });
    printEnded(out, await runs.follow(runId, () => {}));
  },
});

const verify: Command = {
  name: 'verify',
  operands: 'RUN',
  summary: m.cli_verify,
  options: {},
  async run(args, { app, out }) {
    const { runs } = app().services;
    const result = await runs.verify(runs.resolve(firstOf(args)));
    out.json(result);
    if (!result.identical) {
      throw new AppError('internal', m.cli_not_identical({ reason: result.reason ?? '' }).trim());
    }
    out.line(m.cli_identical({ steps: result.steps }));
    if (result.reason !== null) out.note(result.reason);
  },
};

export const training: Noun = {
  title: m.cli_noun_training,
  commands: [train, resume, ending('pause', m.cli_pause), ending('stop', m.cli_stop), verify],
};
