import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { calls } from '#contract/index.ts';

import { startTestServer, type TestServer } from '../../testing/browser-server.ts';
import { maxMessageBytes, readRequest } from './bridge.ts';
import { bridgePath } from './server.ts';

let server: TestServer;
let release = () => {};
beforeAll(async () => {
  const held = new Promise<never[]>((resolve) => (release = () => resolve([])));
  server = await startTestServer({ 'datasets.list': () => [], 'runs.list': () => held });
});
afterAll(() => server.close());

type Client = Readonly<{
  send: (data: string | Buffer) => void;
  next: () => Promise<unknown>;
  ended: Promise<number>;
  close: () => void;
}>;

async function open(): Promise<Client> {
  const socket = new WebSocket(`ws://${server.host}${bridgePath}`, {
    headers: { cookie: server.cookie },
    origin: server.origin,
  });
  const messages: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const message: unknown = JSON.parse(data.toString());
    const waiter = waiting.shift();
    if (waiter === undefined) messages.push(message);
    else waiter(message);
  });
  const ended = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  return {
    send: (data) => socket.send(data),
    next: () =>
      messages.length > 0
        ? Promise.resolve(messages.shift())
        : new Promise((resolve) => waiting.push(resolve)),
    ended,
    close: () => socket.terminate(),
  };
}

describe('the bridge', () => {
  it('answers calls by their id, in the order of their ends', async () => {
    const client = await open();
    client.send(JSON.stringify({ id: 1, call: 'runs.list', input: {} }));
    client.send(JSON.stringify({ id: 'two', call: 'datasets.list' }));
    expect(await client.next()).toEqual({ id: 'two', result: { ok: true, value: [] } });
    release();
    expect(await client.next()).toEqual({ id: 1, result: { ok: true, value: [] } });
    client.close();
  });

  it('hands on events to every window', async () => {
    const clients = [await open(), await open()];
    server.emit('runs.changed', { runId: 'r1' });
    for (const client of clients) {
      expect(await client.next()).toEqual({ event: 'runs.changed', payload: { runId: 'r1' } });
      client.close();
    }
  });

  it('answers what is no request with a refusal, and goes on', async () => {
    const client = await open();
    const nonsense = [
      '',
      'x',
      '[]',
      'null',
      '7',
      '{}',
      '{"id":{}}',
      '{"id":null,"call":"datasets.list"}',
      '{"call":"datasets.list"}',
      `{"id":"${'x'.repeat(65)}"}`,
      '{"__proto__":{"id":1}}',
    ];
    for (const text of nonsense) {
      client.send(text);
      expect(await client.next()).toMatchObject({
        id: null,
        result: { ok: false, failure: { kind: 'invalid' } },
      });
    }
    client.send(Buffer.from('{"id":1,"call":"datasets.list"}'));
    expect(await client.next()).toMatchObject({ id: null, result: { ok: false } });
    client.send(JSON.stringify({ id: 2, call: '__proto__', input: {} }));
    expect(await client.next()).toMatchObject({
      id: 2,
      result: { ok: false, failure: { kind: 'invalid' } },
    });
    client.send(JSON.stringify({ id: 3, call: 'datasets.list', input: {} }));
    expect(await client.next()).toEqual({ id: 3, result: { ok: true, value: [] } });
    client.close();
  });

  it('survives any message, for every call', async () => {
    const client = await open();
    let id = 0;
    const call = fc.oneof(
      fc.constantFrom(...Object.keys(calls).filter((name) => name !== 'runs.list')),
      fc.string(),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(call, fc.jsonValue(), async (name, input) => {
        id += 1;
        client.send(JSON.stringify({ id, call: name, input }));
        const answer = (await client.next()) as { id: number; result: { ok: boolean } };
        expect(answer.id).toBe(id);
        expect(typeof answer.result.ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
    client.close();
  });

  it('ends a connection that sends too much at once, and serves the next', async () => {
    const client = await open();
    client.send('x'.repeat(maxMessageBytes + 1));
    expect(await client.ended).toBe(1009);
    const next = await open();
    next.send(JSON.stringify({ id: 1, call: 'datasets.list' }));
    expect(await next.next()).toMatchObject({ id: 1, result: { ok: true } });
    next.close();
  });

  it('refuses more calls at once than it would ever have', async () => {
    const endless = await startTestServer({ 'runs.list': () => new Promise(() => {}) });
    const socket = new WebSocket(`ws://${endless.host}${bridgePath}`, {
      headers: { cookie: endless.cookie },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const answer = new Promise((resolve) =>
      socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()))),
    );
    for (let id = 1; id <= 257; id += 1) socket.send(JSON.stringify({ id, call: 'runs.list' }));
    expect(await answer).toMatchObject({ id: 257, result: { ok: false } });
    socket.terminate();
    await endless.close();
  });
});

it('reads requests from nothing but objects of their own with an id', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const request = readRequest(text);
      if (request !== undefined) expect(['number', 'string']).toContain(typeof request.id);
    }),
  );
});
