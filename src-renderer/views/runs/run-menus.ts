import type { RunSummary } from '#contract/run.ts';
import { count } from '#core/wording/number-text.ts';
import * as m from '#messages';

import type { MenuItem } from '../../widgets/menus/menu-item.ts';
import type { RunActions } from '../../parts/runs/run-actions.ts';
import { canBePinned } from '../../parts/runs/rows.ts';
import type { RunsPage } from './runs-page.svelte.ts';

/** What the menus do beyond the acts on runs. */
type Does = Readonly<{
  compare: () => void;
  report: () => void;
  evaluate: (run: RunSummary) => void;
  pin: (run: RunSummary) => void;
  remove: () => void;
}>;

/** Of the button below the table: what has no button of its own there. */
export function moreMenu(page: RunsPage, acts: RunActions, does: Does): readonly MenuItem[] {
  return [
    pinItem(page, does),
    ...actItems(page, acts, does),
    {
      label: m.runs_draw_selected(),
      isAfterLine: true,
      disabled: page.selected.size === 0,
      run: () => {
        page.drawOnly([...page.selected]);
      },
    },
    {
      label: m.runs_filter_selected(),
      disabled: page.selected.size === 0,
      run: () => (page.filter = 'is:selected'),
    },
    {
      label: m.runs_select_all(),
      keys: 'Ctrl A',
      disabled: page.rows.length === 0,
      run: () => {
        page.select(page.rows.map((run) => run.runId));
      },
    },
  ];
}

/** Of the right button on a row: the run in focus, or all that are selected where it is one of them. */
export function rowMenu(page: RunsPage, acts: RunActions, does: Does): readonly MenuItem[] {
  const { focused, targets } = page;
  const isMany = page.selected.size > 0;
  const isDrawn = targets.every((run) => page.drawn.has(run.runId));
  return [
    ...(isMany
      ? [
          {
            label: compareText(page),
            keys: 'C',
            disabled: page.chosen.runs.length < 2,
            run: does.compare,
          },
        ]
      : [
          {
            label: m.runs_evaluate(),
            keys: 'E',
            disabled: focused?.best == null,
            run: () => {
              if (focused !== null) does.evaluate(focused);
            },
          },
          pinItem(page, does),
        ]),
    {
      label: isDrawn ? m.runs_hide() : m.runs_draw_these(),
      keys: 'Space',
      run: () => {
        for (const { runId } of targets) {
          if (isDrawn) page.drawn.delete(runId);
          else page.drawn.add(runId);
        }
      },
    },
    isMany
      ? {
          label: m.runs_select_none(),
          keys: 'Esc',
          run: () => {
            page.select([]);
          },
        }
      : {
          label: m.runs_select(),
          keys: 'X',
          run: () => {
            if (focused !== null) page.toggleSelected(focused.runId);
          },
        },
    ...(isMany
      ? []
      : [
          {
            label: m.runs_rename(),
            keys: 'F2',
            isAfterLine: true,
            run: () => (page.renamingId = page.focusId),
          },
        ]),
    { label: m.runs_tag(), keys: 'T', isAfterLine: isMany, run: () => (page.dialog = 'tags') },
    ...actItems(page, acts, does),
    { label: m.runs_delete(), keys: 'Del', isAfterLine: true, run: does.remove },
  ];
}

/** "Compare 2 selected": how many of them have a result, and why these. */
export function compareText({ chosen }: Pick<RunsPage, 'chosen'>): string {
  const words = { count: count(chosen.runs.length) };
  return chosen.from === 'selected' ? m.runs_compare_selected(words) : m.runs_compare_drawn(words);
}

function pinItem(page: RunsPage, does: Does): MenuItem {
  const { focused } = page;
  const isPinned = focused !== null && page.pinnedId === focused.runId;
  return {
    label: isPinned ? m.runs_unpin() : m.runs_pin(),
    keys: 'P',
    disabled: focused === null || (!isPinned && !canBePinned(focused)),
    run: () => {
      if (focused !== null) does.pin(focused);
    },
  };
}

function actItems(page: RunsPage, acts: RunActions, does: Does): readonly MenuItem[] {
  const { focused, targets } = page;
  return [
    {
      label: m.runs_duplicate(),
      disabled: focused === null,
      run: () => {
        if (focused !== null) acts.duplicate(focused);
      },
    },
    {
      label: m.runs_note(),
      keys: 'M',
      disabled: focused === null,
      run: () => (page.dialog = 'note'),
    },
    {
      label: targets.some((run) => !run.isFavourite) ? m.runs_favour() : m.runs_unfavour(),
      keys: 'S',
      disabled: targets.length === 0,
      run: () => void acts.favourite(targets),
    },
    {
      label: m.runs_report(),
      disabled: !targets.some((run) => run.best !== null),
      run: does.report,
    },
    {
      label: m.bundles_export(),
      disabled: targets.length === 0,
      run: () => (page.dialog = 'bundle export'),
    },
  ];
}
