import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { SetupFailure } from '../failure.mjs';
import { withLock } from '../lock.mjs';
import { beginWork, inspectInstall, linkTo, linkedFolder } from './native-install.mjs';
import { say as sayOnStderr } from '../say.mjs';

const full = ['ENOSPC', 'Unknown system error -122'];
const noRight = ['EACCES', 'EPERM', 'EROFS'];

/**
 * Puts the native backend that a link leads to into a folder that the nodes of a cluster see, and leads the link there. Nothing is done
 * where that is so already; where two do it at once, one waits for the other.
 * @returns {Promise<string>} the folder that holds it
 */
export async function shareNative({ link, shared, say = sayOnStderr }) {
  const from = linkedFolder(link);
  // The official one lies in the checkout itself.
  if (from === null) return path.dirname(link);
  const folder = path.join(shared, 'native', path.basename(from));
  try {
    makeFolder(path.dirname(folder));
    await withLock(`${folder}.lock`, () => copyInstall(from, folder, say), {
      onWait: () => say('Waiting for another set-up of the native backend ...'),
    });
  } catch (error) {
    throw error instanceof SetupFailure ? error : failureOf(error, shared);
  }
  linkTo(link, path.join(folder, path.basename(link)));
  return folder;
}

async function copyInstall(from, folder, say) {
  const found = await inspectInstall(folder);
  if (found.state === 'ready') return;
  if (found.state === 'damaged') {
    say(`The native backend in ${folder} is damaged (${found.why}): copying it again.`);
    rmSync(folder, { recursive: true, force: true });
  }
  const parent = path.dirname(folder);
  const work = beginWork(parent);
  try {
    say(`Copying the native backend to ${folder} ...`);
    await cp(from, work, { recursive: true });
    const copied = await inspectInstall(work);
    if (copied.state !== 'ready')
      throw new SetupFailure(
        `The copy of the native backend in ${parent} is not what was copied (${copied.why}); check that disk and try again.`,
      );
    renameSync(work, folder);
  } finally {
    if (existsSync(work)) rmSync(work, { recursive: true, force: true });
  }
}

/** One by one: Node's own recursive mkdir never returns where a file system refuses with "not found", as /proc does. */
function makeFolder(folder) {
  const missing = [];
  for (let at = folder; !existsSync(at); at = path.dirname(at)) missing.unshift(at);
  for (const at of missing)
    try {
      mkdirSync(at);
    } catch (error) {
      if (!existsSync(at)) throw error;
    }
}

function failureOf(error, shared) {
  if (full.includes(error.code))
    return new SetupFailure(
      `${shared} is full, or your quota there is used up: the native backend needs 700 MB. Free some space or name another folder, and run this again.`,
    );
  if (noRight.includes(error.code))
    return new SetupFailure(
      `Nothing can be written to ${shared} (${error.message}). Give this user the right to write there, or name another folder.`,
    );
  return new SetupFailure(
    `${shared} cannot be used (${error.message}). Name another folder on the shared file system.`,
  );
}
