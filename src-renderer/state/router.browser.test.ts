import { expect, it } from 'vitest';

import { Router, runIdsOf } from './router.svelte.ts';

it('corrects an address of no screen and tells it; what has a place on another screen leads there', async () => {
  const told: string[] = [];
  window.location.hash = '#/nosuch';
  const router = new Router();
  const stop = router.listen((path) => told.push(path));
  expect([window.location.hash, router.route.screen]).toEqual(['#/start', 'start']);
  window.location.hash = '#/queue?a=1';
  await expect.poll(() => window.location.hash).toBe('#/runs?a=1');
  expect(router.route.screen).toBe('runs');
  window.location.hash = '#/compare?runs=a';
  await expect.poll(() => router.route.screen).toBe('compare');
  expect(told).toEqual(['nosuch', 'queue']);
  stop();
});

it('names each run once', () => {
  expect(runIdsOf(new URLSearchParams('runs=a,b,a,'))).toEqual(['a', 'b']);
});
