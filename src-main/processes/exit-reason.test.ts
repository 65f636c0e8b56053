import { expect, test } from 'vitest';

import { sayReason } from '#core/wording/reasons.ts';

import { exitReason } from './exit-reason.ts';

const told = (...how: Parameters<typeof exitReason>) => {
  const { kind, reason } = exitReason(...how);
  return { kind, reason: sayReason(reason) };
};
const exit = (code: number | null, signal: string | null = null) => ({ code, signal });

test('a killed process has vanished, whichever way the platform tells it', () => {
  for (const how of [exit(null, 'SIGKILL'), exit(137)]) {
    expect(told(how, '')).toMatchObject({
      kind: 'vanished',
      reason: expect.stringMatching(/killed.*memory/),
    });
  }
  expect(told(exit(null, 'SIGTERM'), '')).toMatchObject({ kind: 'vanished' });
});

test('a crash says what happened and what the process said last', () => {
  expect(told(exit(null, 'SIGSEGV'), '').reason).toBe('The training process crashed (SIGSEGV).');
  expect(told(exit(null, 'SIGILL'), '').reason).toMatch(/processor lacks instructions.*wasm/);
  expect(told(exit(1), 'noise\nRangeError: too long.\n    at x (y.ts:1)\n').reason).toBe(
    'The training process ended with code 1: RangeError: too long.',
  );
  expect(told(exit(0xc0000005), '').reason).toMatch(/code 0xC0000005/);
  expect(told(exit(0), '').reason).toMatch(/without saying how/);
  expect(told(exit(null), 'spawn ENOENT').reason).toBe(
    'The training process could not be started: spawn ENOENT.',
  );
});

test('memory that ran out inside the process says how to need less', () => {
  for (const words of [
    'FATAL ERROR: JavaScript heap out of memory',
    "terminate called: 'std::bad_alloc'",
  ]) {
    expect(told(exit(134), words)).toMatchObject({
      kind: 'crashed',
      reason: expect.stringMatching(/smaller batch size/),
    });
  }
});
