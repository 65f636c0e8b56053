import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page } from 'vitest/browser';

import type { SystemInfo } from '#contract/settings.ts';

import App from '../../App.svelte';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

beforeEach(async () => {
  await page.viewport(1280, 800);
  localStorage.clear();
  window.location.hash = '#/settings?section=machine';
});

const info: SystemInfo = {
  backend: 'native',
  backendReason: null,
  tensorflow: '2.18.1',
  tfjs: '4.22.0',
  node: '24.21.0',
  sqlite: '3.54.1',
  electron: null,
  twofold: '0.1.0',
  threads: 2,
  memoryBytes: 16e9,
  memoryFreeBytes: 9e9,
  diskFreeBytes: 50e9,
  snapshotBytes: 0,
  home: '/home',
};

it('says that the machine is being read until it is', async () => {
  const { promise, resolve } = Promise.withResolvers<SystemInfo>();
  const screen = await render(App, { bridge: scriptedBridge({ 'system.info': () => promise }) });
  const machine = screen.getByRole('region', { name: 'Machine' });
  const reading = machine.getByText('Being read; after a start this takes some seconds.');
  await expect.element(reading).toBeVisible();
  await expect.element(machine.getByRole('button', { name: 'Copy diagnostics' })).toBeDisabled();
  resolve(info);
  await expect.element(machine.getByText('Threads', { exact: true })).toBeVisible();
  await expect.element(reading).not.toBeInTheDocument();
});

it('says why it cannot be read', async () => {
  const failure = { kind: 'internal', message: 'The child ended.' } as const;
  const bridge = scriptedBridge({ 'system.info': () => failure });
  const screen = await render(App, { bridge });
  const machine = screen.getByRole('region', { name: 'Machine' });
  await expect.element(machine.getByText('The child ended.')).toBeVisible();
  await expect.element(machine.getByRole('button', { name: 'Copy diagnostics' })).toBeEnabled();
});
