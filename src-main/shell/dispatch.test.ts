import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '#contract/failure.ts';
import { calls, type Handlers } from '#contract/index.ts';

import { checkEvent, createDispatch, isCallName } from './dispatch.ts';

describe('createDispatch', () => {
  it('parses the input, fills in its defaults and answers with the value', async () => {
    const seen: unknown[] = [];
    const dispatch = createDispatch(
      handlersWith({
        'runs.list': (input) => (seen.push(input), []),
        'runs.rankings': (input) => (seen.push(input), []),
      }),
      { isChecking: true },
    );
    expect(await dispatch('runs.list', undefined)).toEqual({ ok: true, value: [] });
    expect(await dispatch('runs.rankings', { runIds: ['a'] })).toEqual({ ok: true, value: [] });
    expect(seen).toEqual([{}, { runIds: ['a'], weights: 'best' }]);
  });

  it('refuses names that are no calls, those of every object included', async () => {
    const dispatch = createDispatch(handlersWith({}), { isChecking: true });
    for (const name of [
      '',
      'runs.none',
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      7,
      null,
      undefined,
      {},
      ['runs.list'],
    ]) {
      const result = await dispatch(name, {});
      expect(result).toMatchObject({ ok: false, failure: { kind: 'invalid' } });
    }
    expect(isCallName('__proto__')).toBe(false);
  });

  it('never reaches a handler with what its schema refuses, for every call', async () => {
    let reached = 0;
    const all = Object.fromEntries(
      Object.keys(calls).map((name) => [name, () => (reached += 1)]),
    ) as unknown as Handlers;
    const dispatch = createDispatch(all, { isChecking: false });
    const names = fc.constantFrom(...(Object.keys(calls) as (keyof typeof calls)[]));
    await fc.assert(
      fc.asyncProperty(names, fc.jsonValue({ maxDepth: 3 }), async (name, input) => {
        const before = reached;
        const isFine = calls[name].input.safeParse(input ?? {}).success;
        const result = await dispatch(name, input);
        expect(result.ok).toBe(isFine);
        expect(reached - before).toBe(isFine ? 1 : 0);
        if (!result.ok) expect(result.failure.kind).toBe('invalid');
      }),
      { numRuns: 500 },
    );
  });

  it('turns what a handler throws into a failure and reports defects with their cause', async () => {
    const defects: unknown[] = [];
    const broken = new Error('a bug');
    const dispatch = createDispatch(
      handlersWith({
        'runs.list': () => {
          throw broken;
        },
        'datasets.list': () => {
          throw new AppError('storage', 'The disk is full.');
        },
      }),
      { isChecking: true, onDefect: (where, error) => defects.push([where, error]) },
    );
    expect(await dispatch('runs.list', {})).toEqual({
      ok: false,
      failure: { kind: 'internal', message: 'a bug' },
    });
    expect(await dispatch('datasets.list', {})).toEqual({
      ok: false,
      failure: { kind: 'storage', message: 'The disk is full.' },
    });
    expect(defects).toEqual([['"runs.list"', broken]]);
  });

  it('finds an answer that breaks the contract, when checking', async () => {
    const wrong = handlersWith({ 'datasets.list': () => [{ name: 'no id' }] });
    expect(await createDispatch(wrong, { isChecking: true })('datasets.list', {})).toMatchObject({
      ok: false,
      failure: {
        kind: 'internal',
        message: expect.stringContaining('does not fit its contract') as string,
      },
    });
    expect((await createDispatch(wrong, { isChecking: false })('datasets.list', {})).ok).toBe(true);
  });
});

it('finds an event that breaks the contract', () => {
  expect(() => checkEvent('runs.changed', { runId: 'a' })).not.toThrow();
  expect(() => checkEvent('runs.changed', { id: 'a' })).toThrow('does not fit its contract');
});

const handlersWith = (
  some: Partial<Record<keyof Handlers, (input: unknown) => unknown>>,
): Handlers => some as unknown as Handlers;
