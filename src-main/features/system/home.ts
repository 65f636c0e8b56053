import { homedir } from 'node:os';
import path from 'node:path';

/**
 * The data folder: TWOFOLD_HOME, else the platform's place for application data. A relative TWOFOLD_HOME is resolved against the
 * folder where the user stands.
 */
export function homeFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  userHome: string = homedir(),
): string {
  const chosen = environment['TWOFOLD_HOME'];
  if (chosen !== undefined && chosen !== '') {
    return path.resolve(environment['INIT_CWD'] ?? process.cwd(), chosen);
  }
  if (platform === 'win32') {
    const roaming = environment['APPDATA'];
    return path.join(nonEmpty(roaming) ?? path.join(userHome, 'AppData', 'Roaming'), 'Twofold');
  }
  if (platform === 'darwin')
    return path.join(userHome, 'Library', 'Application Support', 'Twofold');
  const data = environment['XDG_DATA_HOME'];
  // The specification says that a relative XDG_DATA_HOME is to be ignored.
  const base =
    data !== undefined && path.isAbsolute(data) ? data : path.join(userHome, '.local', 'share');
  return path.join(base, 'twofold');
}

const nonEmpty = (value: string | undefined): string | undefined =>
  value === '' ? undefined : value;
