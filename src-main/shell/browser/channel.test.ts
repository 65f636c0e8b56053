import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { askForLink, openChannel } from './channel.ts';
import { publishRecord, readRecord, removeRecord, removeStale } from './record.ts';

let home = '';
beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), 'twofold-channel-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the channel for new links', () => {
  it('answers whoever has the token, and nobody else', async () => {
    let minted = 0;
    const { address, token, close } = await openChannel(home, () => `link ${(minted += 1)}`);
    try {
      expect(await askForLink({ channel: address, token })).toBe('link 1');
      expect(await askForLink({ channel: address, token })).toBe('link 2');
      expect(await askForLink({ channel: address, token: 'guess' })).toBeUndefined();
      expect(await askForLink({ channel: address, token: 'x'.repeat(10_000) })).toBeUndefined();
      expect(minted).toBe(2);
      if (process.platform !== 'win32') expect(statSync(address).mode & 0o777).toBe(0o600);
    } finally {
      close();
    }
    expect(await askForLink({ channel: address, token })).toBeUndefined();
    expect(readdirSync(home)).toEqual([]);
  });

  it('finds a place where the home is too deep for a socket', async () => {
    const deep = path.join(home, 'x'.repeat(120));
    const { address, token, close } = await openChannel(deep, () => 'link');
    expect(address.startsWith(deep)).toBe(false);
    expect(await askForLink({ channel: address, token })).toBe('link');
    close();
  });
});

describe('the record of a home', () => {
  const record = { pid: process.pid, startedAt: 'then', port: 1, channel: 'c', token: 't' };

  it('is there once, readable by its owner only, and goes with its token', () => {
    expect(readRecord(home)).toBeNull();
    expect(publishRecord(home, record)).toBe(true);
    expect(publishRecord(home, { ...record, token: 'second' })).toBe(false);
    expect(readRecord(home)).toEqual(record);
    expect(readdirSync(home)).toEqual(['shell.json']);
    if (process.platform !== 'win32')
      expect(statSync(path.join(home, 'shell.json')).mode & 0o777).toBe(0o600);
    removeRecord(home, 'second');
    expect(readRecord(home)).toEqual(record);
    removeRecord(home, 't');
    expect(readRecord(home)).toBeNull();
  });

  it('is taken away with the socket of a shell that was killed, and nothing else', async () => {
    const { address } = await openChannel(home, () => 'link');
    publishRecord(home, { ...record, channel: address });
    removeStale(home, { ...record, channel: address });
    expect(readdirSync(home)).toEqual([]);
    // A record that names a file of somebody else's.
    const other = path.join(home, 'kept.txt');
    writeFileSync(other, 'kept');
    publishRecord(home, { ...record, channel: other });
    removeStale(home, { ...record, channel: other });
    expect(readdirSync(home)).toEqual(['kept.txt']);
  });
});
