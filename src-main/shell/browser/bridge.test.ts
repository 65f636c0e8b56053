import { connect } from 'node:net';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { calls, type CallName, type Handlers } from '#contract/index.ts';

import { startTestServer, type TestServer } from '../../testing/processes/browser-server.ts';
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

async function open(to = server): Promise<Client> {
  const socket = new WebSocket(`ws://${to.host}${bridgePath}`, to.protocols, {
    headers: { cookie: to.cookie },
    origin: to.origin,
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

const names = Object.keys(calls) as CallName[];

/** Texts where JSON is due: good and bad, with the keys that objects have of their own. */
const keys = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'polluted', 'length'),
  fc.constantFrom('runId', 'runIds', 'datasetId', 'name', 'path', 'spec', 'config', 'sweep'),
  fc.string(),
);
const { value: hostileValue } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('null', 'true', '-0', '1e999', '"__proto__"', '{"polluted":true}', '"\\ud800"'),
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
    fc.double().map((number) => String(number)),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => `[${values.join(',')}]`),
    fc
      .array(fc.tuple(keys, tie('value')), { maxLength: 4 })
      .map(
        (pairs) => `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`,
      ),
  ),
}));
const hostileInput = hostileValue.filter((text) => valueOf(text) !== undefined);

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A frame of the protocol whose bits are as they may be, around bytes that may be a call. */
const frame = fc
  .record({
    flags: fc.nat(15),
    opcode: fc.nat(15),
    isMasked: fc.boolean(),
    length: fc.option(fc.constantFrom(0, 1, 125, 126, 127), { nil: undefined }),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc
        .constantFrom('{"id":1,"call":"datasets.list"}', '{"id":', '\u0000')
        .map((text) => Buffer.from(text)),
      fc.constant(Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80, 0xff])),
    ),
  })
  .map(({ flags, opcode, isMasked, length, body }) => {
    const head = [
      (flags << 4) | opcode,
      (isMasked ? 0x80 : 0) | (length ?? Math.min(body.length, 125)),
    ];
    const mask = isMasked ? [1, 2, 3, 4] : [];
    const sent = isMasked ? body.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : body;
    return Buffer.concat([Buffer.from([...head, ...mask]), sent]);
  });

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

  it('hands a handler nothing that its schema has not made, whatever the text', async () => {
    const reached: unknown[] = [];
    const handlers = Object.fromEntries(
      (Object.keys(calls) as CallName[]).map((name) => [
        name,
        (input: unknown) => (reached.push([name, input]), []),
      ]),
    ) as unknown as Handlers;
    const spied = await startTestServer(handlers);
    const client = await open(spied);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), hostileInput, async (name, input) => {
        reached.length = 0;
        client.send(`{"id":1,"call":"${name}","input":${input}}`);
        const answer = (await client.next()) as { id: number | null; result: { ok: boolean } };
        const parsed = calls[name].input.safeParse(valueOf(input) ?? {});
        expect(answer.result.ok).toBe(parsed.success);
        expect(reached).toEqual(parsed.success ? [[name, parsed.data]] : []);
      }),
      { numRuns: 500 },
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    client.close();
    await spied.close();
  });

  it('survives nesting without end and texts without end, and answers the next call', async () => {
    const client = await open();
    const deep = 900_000;
    for (const input of [
      `${'['.repeat(deep)}${']'.repeat(deep)}`,
      `${'{"a":'.repeat(deep / 5)}1${'}'.repeat(deep / 5)}`,
      `{"configs":${'['.repeat(deep)}${']'.repeat(deep)},"datasetId":"x"}`,
      JSON.stringify('x'.repeat(maxMessageBytes - 100)),
      `[${'0,'.repeat(deep)}0]`,
      '1e999',
      '9'.repeat(100_000),
    ]) {
      for (const name of ['runs.start', 'reports.preview', 'none'] as const) {
        client.send(`{"id":1,"call":"${name}","input":${input}}`);
        expect(await client.next()).toMatchObject({ result: { ok: false } });
      }
    }
    client.send(JSON.stringify({ id: 2, call: 'datasets.list' }));
    expect(await client.next()).toEqual({ id: 2, result: { ok: true, value: [] } });
    client.close();
  });

  it('survives any bytes on the line: frames that are broken, unmasked, binary or no UTF-8', async () => {
    const upgrade =
      `GET ${bridgePath} HTTP/1.1\r\nHost: ${server.host}\r\nCookie: ${server.cookie}\r\nSec-WebSocket-Protocol: ${server.protocols.join(', ')}\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    const sendRaw = (bytes: Uint8Array) =>
      new Promise<void>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(upgrade));
        socket.on('error', () => {});
        socket.once('data', () => socket.end(bytes));
        // Read on, so that its end is seen.
        socket.on('data', () => {});
        socket.on('close', () => resolve());
      });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(frame, fc.uint8Array({ maxLength: 64 }))), (frames) =>
        sendRaw(Buffer.concat(frames)),
      ),
      { numRuns: 150 },
    );
    const client = await open();
    client.send(JSON.stringify({ id: 1, call: 'datasets.list' }));
    expect(await client.next()).toEqual({ id: 1, result: { ok: true, value: [] } });
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
    const socket = new WebSocket(`ws://${endless.host}${bridgePath}`, endless.protocols, {
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
