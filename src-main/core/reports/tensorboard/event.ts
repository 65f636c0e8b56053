import { bytes, double, float, message, text, varint } from './protobuf.ts';

/*
 * TensorBoard's events (tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto) in the form in which
 * TensorFlow 2 and Keras write them: every value is a tensor with the name of the plugin that shows it.
 */

/** Where an event belongs: `wallTime` in seconds since 1970. */
export type Moment = Readonly<{ wallTime: number; step: number }>;

/** The first event of every file. */
export const fileVersion = (wallTime: number): Uint8Array =>
  message(double(1, wallTime), text(3, 'brain.Event:2'));

/** Writes events with a value of each tag. Of events of the same tags only times, steps and values differ: the rest is made once. */
export function scalarEvents(
  tags: readonly string[],
): (moment: Moment, values: readonly number[]) => Uint8Array {
  const parts = tags.map((tag) => {
    const tensor = message(varint(1, DT_FLOAT), scalarShape, float(5, 0));
    const metadata = metadataOf({ plugin: 'scalars', dataClass: 1 });
    // The tensor comes last, so that a part ends with its float.
    return bytes(1, message(text(1, tag), metadata, bytes(8, tensor)));
  });
  const summary = bytes(5, message(...parts));
  const fromEnd = parts.map((_, index) =>
    parts.slice(index + 1).reduce((sum, part) => sum + part.length, 4),
  );
  return ({ wallTime, step }, values) => {
    const event = message(double(1, wallTime), varint(2, step), summary);
    const view = new DataView(event.buffer);
    for (const [index, place] of fromEnd.entries())
      view.setFloat32(event.length - place, values[index] ?? Number.NaN, true);
    return event;
  };
}

/** Markdown, shown by the text plugin. */
export const textEvent = (moment: Moment, tag: string, markdown: string): Uint8Array =>
  summaryEvent(moment, tag, message(varint(1, DT_STRING), scalarShape, text(8, markdown)), {
    plugin: 'text',
    dataClass: 2,
  });

export type HParam = string | number | boolean;

/** What a run was started with, for the HPARAMS tab (tensorboard/plugins/hparams/plugin_data.proto). */
export const hparamsEvent = (
  moment: Moment,
  hparams: Readonly<Record<string, HParam>>,
): Uint8Array => {
  const entries = Object.entries(hparams).map(([name, value]) =>
    bytes(1, message(text(1, name), bytes(2, protobufValue(value)))),
  );
  return pluginDataEvent(
    moment,
    '_hparams_/session_start_info',
    bytes(3, message(...entries, double(5, moment.wallTime))),
  );
};

/** How it ended: without it the HPARAMS tab takes the run for one that still goes on. */
export const hparamsEndEvent = (moment: Moment, hasSucceeded: boolean): Uint8Array =>
  pluginDataEvent(
    moment,
    '_hparams_/session_end_info',
    bytes(4, message(varint(1, hasSucceeded ? 1 : 2), double(2, moment.wallTime))),
  );

/** Data of the hparams plugin travels in the metadata, beside an empty tensor. */
const pluginDataEvent = (moment: Moment, tag: string, content: Uint8Array): Uint8Array =>
  summaryEvent(moment, tag, message(varint(1, DT_FLOAT), bytes(2, bytes(2, varint(1, 0)))), {
    plugin: 'hparams',
    content,
    dataClass: 2,
  });

function summaryEvent(
  { wallTime, step }: Moment,
  tag: string,
  tensor: Uint8Array,
  shown: Shown,
): Uint8Array {
  const value = message(text(1, tag), metadataOf(shown), bytes(8, tensor));
  return message(double(1, wallTime), varint(2, step), bytes(5, bytes(1, value)));
}

/** Which plugin shows a value; the class is 1 for scalars, 2 for other tensors. */
type Shown = Readonly<{ plugin: string; dataClass: 1 | 2; content?: Uint8Array }>;

function metadataOf({ plugin, content, dataClass }: Shown): Uint8Array {
  const pluginData = message(
    text(1, plugin),
    ...(content === undefined ? [] : [bytes(2, content)]),
  );
  return bytes(9, message(bytes(1, pluginData), varint(4, dataClass)));
}

/** google.protobuf.Value */
function protobufValue(value: HParam): Uint8Array {
  if (typeof value === 'number') return double(2, value);
  return typeof value === 'string' ? text(3, value) : varint(4, Number(value));
}

const DT_FLOAT = 1;
const DT_STRING = 7;
const scalarShape = bytes(2, new Uint8Array(0));
