import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { openApp } from '../../features/app.ts';
import { ask, openedLink } from '../../testing/processes/browser-server.ts';
import { readChoice } from './leave.ts';
import { hasDisplay } from './open-browser.ts';

const entry = path.join(import.meta.dirname, '../../testing/processes/serve-entry.ts');
const linkPattern = /^http:\/\/127\.0\.0\.1:(\d+)(\/open\/[\w-]{43})\n$/;

let folder = '';
let home = '';
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-serve-'));
  home = path.join(folder, 'home');
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>screens</title>');
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

type Started = Readonly<{
  child: ChildProcess;
  port: number;
  path: string;
  ended: Promise<number | null>;
}>;

/** Starts a shell on the home and waits for its line. */
async function start({ inGroup = false } = {}): Promise<Started> {
  const child = spawn(process.execPath, [entry, home, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: inGroup,
  });
  children.push(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.endsWith('\n')) resolve(output);
    });
    void ended.then((code) =>
      reject(new Error(`Ended with ${code ?? 'a signal'} and printed: ${output}${complaints}`)),
    );
  });
  const match = linkPattern.exec(line);
  expect(match, line).not.toBeNull();
  return { child, port: Number(match![1]), path: match![2]!, ended };
}

const isGood = async ({ port, path: target }: Started) =>
  (await ask(port, { path: target })).status === 303;

describe('one shell a home', () => {
  it('gives a fresh link to the running one when it is started again, and ends cleanly', async () => {
    const first = await start();
    const second = await start();
    expect(await second.ended).toBe(0);
    expect(second.port).toBe(first.port);
    expect(second.path).not.toBe(first.path);
    expect([await isGood(first), await isGood(second), await isGood(first)]).toEqual([
      true,
      true,
      false,
    ]);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(
      readdirSync(home).filter((name) => name.startsWith('shell') || name.startsWith('.shell')),
    ).toEqual([]);
  });

  it('has the same port again, with another secret, and another port where somebody took it', async () => {
    const first = await start();
    const opened = await ask(first.port, { path: first.path });
    const cookie = opened.headers['set-cookie']![0]!.split(';')[0]!;
    expect((await ask(first.port, { headers: { cookie } })).status).toBe(200);
    first.child.kill('SIGTERM');
    await first.ended;
    const again = await start();
    expect(again.port).toBe(first.port);
    expect(await isGood({ ...again, path: first.path })).toBe(false);
    // Nor does a session outlive the process that gave it, though name and port of the cookie are the same.
    expect((await ask(again.port, { headers: { cookie } })).status).toBe(403);
    expect(await isGood(again)).toBe(true);
    again.child.kill('SIGTERM');
    await again.ended;
    const other = createServer().listen(first.port, '127.0.0.1');
    await once(other, 'listening');
    const elsewhere = await start();
    expect(elsewhere.port).not.toBe(first.port);
    expect(await isGood(elsewhere)).toBe(true);
    other.close();
    elsewhere.child.kill('SIGTERM');
    await elsewhere.ended;
    expect((await start()).port).toBe(elsewhere.port);
  });

  it('lets one win of those that start together', async () => {
    const all = await Promise.all([start(), start(), start()]);
    expect(new Set(all.map(({ port }) => port)).size).toBe(1);
    expect(await Promise.all(all.map(isGood))).toEqual([true, true, true]);
    const over = all.filter(({ child }) => child.exitCode === 0);
    expect(over.length).toBeLessThanOrEqual(2);
  });

  it.skipIf(process.platform === 'win32')('takes over what a killed one left', async () => {
    const first = await start();
    first.child.kill('SIGKILL');
    await first.ended;
    expect(existsSync(path.join(home, 'shell.json'))).toBe(true);
    const second = await start();
    expect(await isGood(second)).toBe(true);
    expect(readdirSync(home).filter((name) => name.endsWith('.sock'))).toHaveLength(1);
  });
});

const onPosix = it.skipIf(process.platform === 'win32');
onPosix('pauses a run at a checkpoint when its whole process group is told to end', async () => {
  const server = await start({ inGroup: true });
  const { cookie, protocols } = openedLink(await ask(server.port, { path: server.path }));
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/bridge`, protocols, {
    headers: { cookie },
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const heard = new Map<number, (result: { ok: boolean; value: never }) => void>();
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as {
      id?: number;
      result: { ok: boolean; value: never };
    };
    if (answer.id !== undefined) heard.get(answer.id)?.(answer.result);
  });
  let id = 0;
  const call = (name: string, input: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      id += 1;
      heard.set(id, (result) =>
        result.ok ? resolve(result.value) : reject(new Error(JSON.stringify(result))),
      );
      socket.send(JSON.stringify({ id, call: name, input }));
    });

  await call('datasets.startSample', {});
  const datasetId = await until(
    async () => ((await call('datasets.list', {})) as { datasetId: string }[])[0]?.datasetId,
  );
  const config = {
    maxLength: 60,
    embeddingDim: 8,
    hiddenUnits: 8,
    filters: 8,
    epochs: 10_000,
    patience: 'none',
  };
  const [run] = (await call('runs.start', { datasetId, configs: [config] })) as { runId: string }[];
  const { runId } = run!;
  await until(
    async () =>
      ((await call('runs.get', { runId })) as { epochs: unknown[] }).epochs.length > 0 || undefined,
  );

  process.kill(-(server.child.pid ?? 0), 'SIGTERM');
  expect(await server.ended).toBe(0);
  // This process does not serve the queue, where the run waits to go on first.
  const app = openApp({ home, trainerEntry: 'not used', queue: 'process' });
  expect(app.services.runs.get({ runId })).toMatchObject({ state: 'paused' });
  expect(app.services.queue.get().runs).toMatchObject([{ runId, position: 1 }]);
  await app.close();
});

it('understands how to leave', () => {
  expect([' K\n', 'pause', 'c', 's', '', 'x', '__proto__'].map(readChoice)).toEqual([
    'keep',
    'pause',
    'cancel',
    'stay',
    undefined,
    undefined,
    undefined,
  ]);
});

it('opens a browser only where there is a screen', () => {
  expect(hasDisplay('linux', {})).toBe(false);
  expect(hasDisplay('linux', { DISPLAY: '' })).toBe(false);
  expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
  expect(hasDisplay('darwin', {})).toBe(true);
});

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
