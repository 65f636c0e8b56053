import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { buildEpoch, buildRun } from '../../../testing/builders/build-run.ts';
import { testPython } from '../../../testing/python.ts';
import { runEventFiles } from './run-events.ts';

const python = testPython(['tensorboard']);

/** Reads a log folder with TensorBoard's own classes. */
const reader = `
import json, os, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata
from tensorboard.util import tensor_util

def read(folder):
    events = EventAccumulator(folder, size_guidance={"tensors": 0}).Reload()
    values, plugins = {}, {}
    for tag in events.Tags()["tensors"]:
        plugin = events.SummaryMetadata(tag).plugin_data
        plugins[tag] = plugin.plugin_name
        array = lambda event: tensor_util.make_ndarray(event.tensor_proto)
        if plugin.plugin_name == "scalars":
            values[tag] = [[event.wall_time, event.step, repr(float(array(event)))] for event in events.Tensors(tag)]
        elif plugin.plugin_name == "text":
            values[tag] = array(events.Tensors(tag)[0]).item().decode()
        elif tag == metadata.SESSION_START_INFO_TAG:
            start = metadata.parse_session_start_info_plugin_data(plugin.content)
            values[tag] = {name: getattr(value, value.WhichOneof("kind")) for name, value in start.hparams.items()}
        else:
            values[tag] = metadata.parse_session_end_info_plugin_data(plugin.content).status
    return {"plugins": plugins, "values": values}

print(json.dumps({name: read(os.path.join(sys.argv[1], name)) for name in ("", "train", "validation", "test")}))
`;

const folderSchema = z.object({
  plugins: z.record(z.string(), z.string()),
  values: z.record(z.string(), z.unknown()),
});
type Folder = z.output<typeof folderSchema>;

describe.skipIf(python.reason !== '')(`TensorBoard${python.reason}`, () => {
  let folder: string;
  let found: Record<string, Folder>;
  const run = buildRun({
    name: 'A | first',
    epochs: [
      buildEpoch({ epoch: 1, valLoss: 0.5 }),
      buildEpoch({ epoch: 2, valLoss: Number.NaN, loss: 0.25 }),
    ],
  });
  const start = 1767225601;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'twofold-events-'));
    const files = runEventFiles(run, {
      epochEnds: [
        { epoch: 1, seconds: 10 },
        { epoch: 2, seconds: 20.5 },
      ],
      steps: {
        steps: Int32Array.of(1, 2, 300),
        seconds: Float64Array.of(4, 8, 12),
        loss: Float32Array.of(0.7, Number.NaN, 0.1),
        accuracy: Float32Array.of(0.5, 0.6, 0.7),
        gradientNorm: Float32Array.of(1, 2, Number.POSITIVE_INFINITY),
        samplesPerSecond: Float32Array.of(100, 200, 300),
      },
    });
    for (const file of files) {
      const target = path.join(folder, file.path);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, Buffer.concat([...file.records()]));
    }
    const printed = await python.run(['-c', reader, folder]);
    found = z.record(z.string(), folderSchema).parse(JSON.parse(printed));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('reads the figures of every epoch and step, with their times', () => {
    const [train, validation, tested] = ['train', 'validation', 'test'].map(
      (name) => found[name]?.values,
    );
    expect(train?.['epoch_loss']).toEqual([
      [start + 10, 0, float(0.4)],
      [start + 20.5, 1, float(0.25)],
    ]);
    expect(validation?.['epoch_loss']).toEqual([
      [start + 10, 0, float(0.5)],
      [start + 20.5, 1, 'nan'],
    ]);
    expect(tested?.['epoch_accuracy']).toEqual([
      [start + 10, 0, float(0.81)],
      [start + 20.5, 1, float(0.81)],
    ]);
    expect(train?.['batch_loss']).toEqual([
      [start + 4, 1, float(0.7)],
      [start + 8, 2, 'nan'],
      [start + 12, 300, float(0.1)],
    ]);
    const norms = train?.['batch_gradient_norm'] as unknown[][] | undefined;
    expect(norms?.[2]).toEqual([start + 12, 300, 'inf']);
    expect(new Set(Object.values(found['train']?.plugins ?? {}))).toEqual(new Set(['scalars']));
    expect(Object.keys(found['validation']?.plugins ?? {}).sort()).toEqual([
      'epoch_accuracy',
      'epoch_loss',
    ]);
  });

  test('reads the settings', () => {
    const { values = {}, plugins = {} } = found[''] ?? {};
    expect(values['_hparams_/session_start_info']).toEqual({ ...run.config, variant: 'A' });
    expect(values['_hparams_/session_end_info']).toBe(1);
    expect(values['configuration']).toContain('| learningRate | 0.001 |');
    expect(values['run']).toContain('| run | A \\| first |');
    expect(plugins).toMatchObject({ configuration: 'text', run: 'text' });
  });
});

/** A float32 as Python prints the double that it becomes. */
const float = (value: number): string => String(Math.fround(value));
