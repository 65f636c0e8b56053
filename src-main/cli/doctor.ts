import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { bytes, pairs } from './text.ts';

export const doctor: Command = {
  name: 'doctor',
  ...noOperands,
  summary: m.cli_doctor,
  options: {},
  async run(_args, { app, out }) {
    const info = await app().services.system.info();
    out.json(info);
    const lines = pairs([
      [m.cli_column_backend(), info.backend],
      [m.cli_column_tensorflow(), info.tensorflow ?? m.cli_none()],
      [m.cli_column_tfjs(), info.tfjs],
      [m.cli_column_node(), info.node],
      [m.cli_column_sqlite(), info.sqlite],
      [m.cli_column_twofold(), info.twofold],
      [m.cli_column_threads(), String(info.threads)],
      [
        m.cli_column_memory(),
        m.cli_fact_memory({ total: bytes(info.memoryBytes), free: bytes(info.memoryFreeBytes) }),
      ],
      [m.cli_column_disk(), m.cli_fact_free({ free: bytes(info.diskFreeBytes) })],
      [m.cli_column_data_folder(), info.home],
    ]);
    for (const line of lines) out.line(line);
    if (info.backendReason !== null) out.note(info.backendReason);
  },
};
