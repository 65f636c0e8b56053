import { program } from '#core/wording/program.ts';
import * as m from '#messages';

import type { Command, Noun } from '../command.ts';
import { count } from '../show/text.ts';

const exampleOpen: Command = {
  name: 'example',
  summary: m.cli_example,
  options: {},
  async run(_args, { app, out }) {
    const { example, experiments, reports } = app().services;
    const opened = await example.open();
    const { name } = experiments.get(opened);
    const { title } = reports.get(opened).spec;
    out.json(opened);
    out.line(m.cli_example_opened({ count: count(opened.allRunIds.length), name, title }));
    out.line(m.cli_example_next({ program, experimentId: opened.experimentId }));
  },
};

const exampleRemove: Command = {
  name: 'example remove',
  summary: m.cli_example_remove,
  options: {},
  async run(_args, { app, out }) {
    const removed = await app().services.example.remove();
    out.json(removed);
    const { length } = removed.runIds;
    out.line(length === 0 ? m.example_none() : m.cli_example_removed({ count: count(length) }));
  },
};

export const example: Noun = {
  title: m.cli_noun_example,
  commands: [exampleOpen, exampleRemove],
};
