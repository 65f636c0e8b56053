import { spawn } from 'node:child_process';

/** Whether there is a screen to open a browser on. */
export function hasDisplay(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return isSet(environment['DISPLAY']) || isSet(environment['WAYLAND_DISPLAY']);
}

/** Opens the system's browser and does not wait for it; where there is none, the printed link remains. */
export function openBrowser(link: string, platform: NodeJS.Platform = process.platform): void {
  const [command, ...leading] =
    platform === 'win32'
      ? ['rundll32', 'url.dll,FileProtocolHandler']
      : [platform === 'darwin' ? 'open' : 'xdg-open'];
  const child = spawn(command, [...leading, link], {
    stdio: 'ignore',
    detached: true,
    windowsHide: true,
  });
  child.on('error', () => {});
  child.unref();
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';
