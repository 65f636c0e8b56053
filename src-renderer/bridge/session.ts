import { sessionMark } from '#contract/session.ts';

/*
 * A browser window is let in by a cookie and by this key. The cookie goes to every port of this machine; what a page stores is read
 * by pages of its own port alone. Imported before anything that reads the address.
 */

const storedAt = 'twofold-session';
const { hash, pathname } = window.location;
if (hash.startsWith(`#${sessionMark}`)) {
  window.localStorage.setItem(storedAt, hash.slice(1 + sessionMark.length));
  // Not to stay in the history, nor to be copied along with the address.
  window.history.replaceState(null, '', pathname);
}

/** Of the newest link that was opened in this browser. */
export const sessionKey = (): string => window.localStorage.getItem(storedAt) ?? 'none';
