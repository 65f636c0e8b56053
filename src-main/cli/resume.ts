import * as m from '#messages';

import { firstOf, oneRun, type Command } from './command.ts';
import { createReporter, detach } from './detach.ts';
import { followRun, noteEnded } from './run-lines.ts';

export const resume: Command = {
  name: 'resume',
  ...oneRun,
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
      runs.resume(runId);
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
