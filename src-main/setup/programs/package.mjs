import path from 'node:path';
import { ensureBundle } from './bundle.mjs';
import { ensureElectron } from './electron.mjs';
import { SetupFailure } from '../failure.mjs';
import { nativeKey } from '../native/native-pins.mjs';
import { cacheFolder, root } from '../places.mjs';
import { entry, isRetry, prepare } from '../prepare.mjs';
import { handOver } from '../run.mjs';
import { say } from '../say.mjs';

const help = `npm run package [-- --dir]

Makes the package of this system in dist: .deb and AppImage on Linux, dmg on macOS, nsis on Windows. It holds TensorFlow, so that
nothing is fetched or compiled where it is installed.
  --dir   only the folder that would be packed
`;

// `npm run package`: shell/electron/packaging.ts says what is in it.
await entry(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  const unknown = args.find((arg) => arg !== '--dir');
  if (unknown !== undefined)
    throw new SetupFailure(`"package" does not know "${unknown}"; it takes --dir.`);
  const { node, env, native } = await prepare({ native: true, messages: true });
  const { program, why } = await ensureElectron({ node, env, isRetry: isRetry(env), say });
  if (program === null)
    throw new SetupFailure(
      `No package can be made: ${why}. Try again where Electron's runtime can be downloaded.`,
    );
  await ensureBundle({ node, env, wanted: ['electron'] });
  const built = path.join(
    cacheFolder({ env }),
    'native',
    nativeKey(process.platform, process.arch),
  );
  const script = path.join(root, 'node_modules', 'electron-builder', 'cli.js');
  const config = path.join('src-main', 'shell', 'electron', 'packaging.ts');
  await handOver(node, [script, 'build', '--config', config, ...args], {
    cwd: root,
    env: native?.backend === 'native' ? { ...env, TWOFOLD_NATIVE: built } : env,
  });
});
