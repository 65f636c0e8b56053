import { noOperands, type Command } from './command.ts';
import { bytes, pairs } from './text.ts';

export const doctor: Command = {
  name: 'doctor',
  ...noOperands,
  summary: 'Says what this machine trains with',
  options: {},
  async run(_args, { app, out }) {
    const info = await app().services.system.info();
    out.json(info);
    const lines = pairs([
      ['backend', info.backend],
      ['TensorFlow', info.tensorflow ?? 'none'],
      ['TensorFlow.js', info.tfjs],
      ['Node', info.node],
      ['SQLite', info.sqlite],
      ['Twofold', info.twofold],
      ['threads', String(info.threads)],
      ['memory', `${bytes(info.memoryBytes)} (${bytes(info.memoryFreeBytes)} free)`],
      ['disk', `${bytes(info.diskFreeBytes)} free`],
      ['data folder', info.home],
    ]);
    for (const line of lines) out.line(line);
    if (info.backendReason !== null) out.note(info.backendReason);
  },
};
