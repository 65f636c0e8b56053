import { describe, expect, test } from 'vitest';
import {
  findPython,
  kerasVersion,
  pandasVersion,
  peerPackages,
  pytorchVersion,
} from './bench-peers.mjs';
import { tensorflowVersion } from '../native/native-pins.mjs';

describe('findPython', () => {
  const among = (versions) => findPython({}, (command) => versions[command] ?? null);

  test('takes the first that the peers support', () => {
    expect(among({ 'python3.11': '3.11', python3: '3.12' })).toBe('python3.11');
    expect(among({ 'python3.12': null, python3: '3.12' })).toBe('python3');
  });

  test('takes none that is too old or too new', () => {
    expect(among({ python3: '3.13', python: '3.8' })).toBeNull();
    expect(among({})).toBeNull();
  });
});

test('the peers are pinned, with the TensorFlow of the native backend', () => {
  const linux = { platform: 'linux', arch: 'x64' };
  expect(peerPackages({ ...linux, withPytorch: false })).toEqual([
    `tensorflow-cpu==${tensorflowVersion}`,
    `keras==${kerasVersion}`,
    `pandas==${pandasVersion}`,
  ]);
  const mac = { platform: 'darwin', arch: 'arm64' };
  expect(peerPackages({ ...mac, withPytorch: true })).toEqual([
    `tensorflow==${tensorflowVersion}`,
    `keras==${kerasVersion}`,
    `pandas==${pandasVersion}`,
    `torch==${pytorchVersion}`,
  ]);
});
