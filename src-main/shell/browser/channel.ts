import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { isSame } from './secrets.ts';

/** Socket paths of the file system are limited to about 104 bytes. */
const longestSocketPath = 100;
const maxQuestionBytes = 200;
const limitMs = 5000;

export type MintingChannel = Readonly<{ address: string; token: string; close: () => void }>;

/**
 * Where a second start on the same home asks the running shell for a new link. No port and no HTTP: a web page cannot reach it.
 * The socket lies in a folder of its owner's; the token, which only the owner can read in the record, is asked for as well.
 */
export async function openChannel(home: string, mintLink: () => string): Promise<MintingChannel> {
  const token = randomBytes(32).toString('base64url');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(limitMs, () => socket.destroy());
    readLine(socket, (line) => {
      if (line !== undefined && isSame(line, token)) socket.end(`${mintLink()}\n`);
      else socket.destroy();
    });
  });
  const { address, remove } = await listenAt(server, addresses(home));
  if (process.platform !== 'win32') chmodSync(address, 0o600);
  server.unref();
  return {
    address,
    token,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      remove();
    },
  };
}

/** A new link from the shell behind a record; undefined where nobody answers. */
export function askForLink(
  record: Readonly<{ channel: string; token: string }>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(record.channel);
    socket.setTimeout(limitMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(undefined));
    socket.on('connect', () => socket.write(`${record.token}\n`));
    readLine(socket, (line) => {
      resolve(line);
      socket.destroy();
    });
  });
}

type Address = Readonly<{ address: string; remove: () => void }>;

/** Places for the socket, the best first: not every file system of a home can hold one. */
function* addresses(home: string): Generator<Address> {
  const name = randomBytes(8).toString('hex');
  if (process.platform === 'win32') {
    yield { address: `\\\\.\\pipe\\twofold-${name}`, remove: () => {} };
    return;
  }
  const inHome = path.join(home, `shell-${name}.sock`);
  if (Buffer.byteLength(inHome) <= longestSocketPath) {
    yield { address: inHome, remove: () => rmSync(inHome, { force: true }) };
  }
  // mkdtemp makes the folder for its owner only.
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-'));
  yield {
    address: path.join(folder, 'shell.sock'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function listenAt(server: Server, candidates: Iterable<Address>): Promise<Address> {
  let reason: unknown;
  for (const candidate of candidates) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(candidate.address, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return candidate;
    } catch (error) {
      candidate.remove();
      reason = error;
    }
  }
  throw reason;
}

/** The first line, or undefined where it grows too long. */
function readLine(socket: Socket, onLine: (line: string | undefined) => void): void {
  let text = '';
  socket.setEncoding('utf8');
  const onData = (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end === -1 && text.length <= maxQuestionBytes) return;
    socket.off('data', onData);
    onLine(end === -1 ? undefined : text.slice(0, end));
  };
  socket.on('data', onData);
}
