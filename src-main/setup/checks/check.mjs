import { runCheck } from './check-parts.mjs';
import { closingLine } from './counts.mjs';
import { entry, prepare } from '../prepare.mjs';

await entry(async () => {
  const { node, env } = await prepare({ messages: true });
  const counts = await runCheck({ node, env });
  process.stdout.write(`${closingLine(counts)}\n`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
});
