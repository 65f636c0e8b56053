import path from 'node:path';
import { parseArgs } from 'node:util';
import { SetupFailure } from './failure.mjs';
import { shareNative } from './native/native-shared.mjs';
import { bindingPath } from './native/native.mjs';
import { entry, prepare } from './prepare.mjs';
import { say } from './say.mjs';

await entry(async () => {
  const shared = readShared();
  const { env, native } = await prepare({ native: true, messages: true, isAsked: true });
  if (shared === undefined) {
    say(`Twofold is set up, with the ${native.backend} backend.`);
    return;
  }
  if (native.backend !== 'native')
    throw new SetupFailure(
      `There is no native backend to put into ${shared}: ${native.reason.replace(/\.$/, '')}.`,
    );
  const folder = await shareNative({
    link: bindingPath(),
    shared: path.resolve(env.INIT_CWD, shared),
  });
  say(
    `The native backend is in ${folder}. "npm run --silent twofold -- doctor --on slurm" asks a node whether it trains with it.`,
  );
});

function readShared() {
  try {
    const { values } = parseArgs({ options: { shared: { type: 'string' } } });
    if (values.shared !== '') return values.shared;
  } catch {
    // said below
  }
  throw new SetupFailure(
    'Use "npm run setup", or "npm run setup -- --shared DIR" with a folder on the shared file system of a cluster.',
  );
}
