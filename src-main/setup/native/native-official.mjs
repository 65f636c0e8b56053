import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from '../failure.mjs';
import { tfjsNodeFolder } from '../places.mjs';
import { lastLine, run } from '../run.mjs';

/** The TensorFlow that the makers of tfjs-node 4.22.0 publish. */
export const officialTensorflow = '2.9.1';

const limitMs = 5 * 60_000;

/**
 * Installs the finished binding of tfjs-node's makers with the package's own script, inside the package's folder.
 * What a failed attempt leaves is removed.
 */
export async function installOfficial({ projectRoot, node, env, say }) {
  const folder = tfjsNodeFolder(projectRoot);
  say('Fetching the official prebuilt native backend (at most 5 minutes) ...');
  const bin = path.join(projectRoot, 'node_modules', '.bin');
  const result = await run(node, ['scripts/install.js'], {
    cwd: folder,
    env: { ...env, PATH: [path.dirname(node), bin, env.PATH ?? ''].join(path.delimiter) },
    limitMs,
  });
  if (result.code === 0 && existsSync(path.join(folder, 'lib', 'napi-v8', 'tfjs_binding.node')))
    return;
  for (const name of ['lib', 'deps', 'build'])
    rmSync(path.join(folder, name), { recursive: true, force: true });
  const why = result.timedOut ? 'no answer within 5 minutes' : errorLine(result.output);
  throw new SetupFailure(`the official prebuilt could not be fetched (${why})`);
}

function errorLine(output) {
  return (
    output
      .split('\n')
      .find((line) => /error/i.test(line) && !line.startsWith(' '))
      ?.trim() ?? lastLine(output)
  );
}
