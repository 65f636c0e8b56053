import type { Failure } from '#contract/failure.ts';
import * as m from '#messages';

export type Toast = Readonly<{
  id: number;
  tone: 'plain' | 'error';
  text: string;
  undo?: (() => Promise<void> | void) | undefined;
  action?: Readonly<{ label: string; run: () => void }> | undefined;
}>;

const shownMs = 10_000;
/** For what needs no answer. */
const brieflyMs = 4000;

/** Short notes at the bottom. What can be undone can be undone by Ctrl Z even after its note has gone. */
export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #nextId = 1;
  #undoable: Toast[] = [];

  say(text: string, more: Pick<Toast, 'undo' | 'action'> = {}): void {
    this.#add({ id: this.#nextId++, tone: 'plain', text, ...more });
  }

  fail(failure: Failure, action?: Toast['action']): void {
    this.#add({ id: this.#nextId++, tone: 'error', text: failure.message, action });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  async undo(toast: Toast | undefined = this.#undoable.at(-1)): Promise<void> {
    if (toast?.undo === undefined || !this.#undoable.includes(toast)) {
      this.say(m.app_nothing_to_undo());
      return;
    }
    this.#undoable = this.#undoable.filter((other) => other !== toast);
    this.dismiss(toast.id);
    await toast.undo();
  }

  #add(toast: Toast): void {
    this.list = [...this.list.slice(-2), toast];
    if (toast.undo !== undefined) this.#undoable.push(toast);
    setTimeout(
      () => {
        this.dismiss(toast.id);
      },
      toast.tone === 'plain' && toast.undo === undefined && toast.action === undefined
        ? brieflyMs
        : shownMs,
    );
  }
}
