import type { ImportPreview, ImportRequest } from '#contract/dataset.ts';
import type { Failure } from '#contract/failure.ts';
import type { CallInput } from '#contract/index.ts';

import type { Bridge } from '../../bridge/bridge.ts';

type Request = CallInput<'datasets.startImport'>;
/** What can be decided about a file; what is left out is found out from it. */
export type Choices = Readonly<Omit<Request, 'path' | 'name' | 'drop'>>;
export type ChoiceName = keyof Choices;
export type Drop = NonNullable<ImportRequest['drop']>[number];
export type Meaning = 'negative' | 'positive';

const pathWaitMs = 200;
const choiceWaitMs = 60;

/** What else is no longer meant once a choice has changed: other columns, or other labels. */
const columnChoices = ['textColumn', 'labelColumn', 'splitColumn'] as const;
const labelChoices = ['positive', 'negative', 'threshold'] as const;
const dependants: { readonly [N in ChoiceName]?: readonly ChoiceName[] } = {
  format: [...columnChoices, ...labelChoices, 'encoding', 'delimiter', 'header'],
  encoding: [...columnChoices, ...labelChoices],
  delimiter: [...columnChoices, ...labelChoices],
  header: [...columnChoices, ...labelChoices],
  labelColumn: labelChoices,
};

/** The import dialog's path and choices, and what the file looks like with them. */
export class ImportDraft {
  name = $state('');
  drop = $state.raw<readonly Drop[]>([]);
  choices = $state.raw<Choices>({});
  thresholdText = $state('');
  failure = $state.raw<Failure | undefined>();
  readonly #bridge: Bridge;
  #path = $state('');
  #seen = $state.raw<Readonly<{ path: string; preview: ImportPreview }> | undefined>();
  #answered = $state.raw<string | undefined>();
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Of this path; of the choices before the last one while a new look is under way. */
  readonly preview = $derived(this.#seen?.path === this.#path.trim() ? this.#seen.preview : undefined);
  readonly #request: Request = $derived({ path: this.#path.trim(), ...this.choices });
  readonly isSettled = $derived(this.#answered === JSON.stringify(this.#request));
  readonly questions = $derived(this.preview?.questions ?? []);
  /** Values of the split column that name no split: their rows would stop the import. */
  readonly strangeSplits = $derived((this.preview?.splits ?? []).filter(({ split }) => split === null));
  readonly openCount = $derived(this.questions.length + (this.strangeSplits.length > 0 ? 1 : 0));

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  get path(): string {
    return this.#path;
  }

  /** Another file: what was chosen about the last one does not hold for it. */
  set path(path: string) {
    if (path.trim() === this.#path.trim()) {
      this.#path = path;
      return;
    }
    this.#path = path;
    this.choices = {};
    this.thresholdText = '';
    this.failure = undefined;
    this.#lookIn(pathWaitMs);
  }

  start({ path = '', name = '', drop = [], choices = {} }: DraftStart): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#path = path;
    this.name = name;
    this.drop = drop;
    this.choices = choices;
    this.thresholdText = choices.threshold === undefined ? '' : String(choices.threshold);
    this.failure = undefined;
    this.#seen = undefined;
    this.#answered = undefined;
    if (path !== '') void this.look();
  }

  /** Undefined takes a choice back; null refuses what was found. */
  choose<N extends ChoiceName>(name: N, value: Choices[N] | undefined): void {
    const gone = new Set<string>([name, ...(dependants[name] ?? [])]);
    const kept = Object.fromEntries(Object.entries(this.choices).filter(([other]) => !gone.has(other)));
    this.choices = value === undefined ? kept : { ...kept, [name]: value };
    if (gone.has('threshold')) this.thresholdText = '';
    this.#lookIn(choiceWaitMs);
  }

  /** The other class goes to the value that had this one, or to the only other there is. */
  chooseLabel(value: string, meaning: Meaning): void {
    const values = this.preview?.labels.map((label) => label.value) ?? [];
    const other = meaning === 'positive' ? 'negative' : 'positive';
    const had = values.find((candidate) => this.meaningOf(candidate) === meaning);
    const otherNow = values.find((candidate) => this.meaningOf(candidate) === other && candidate !== value);
    const left = values.length === 2 ? values.find((candidate) => candidate !== value) : undefined;
    const otherValue = otherNow ?? left ?? (had === value ? undefined : had);
    const rest = Object.fromEntries(
      Object.entries(this.choices).filter(([name]) => !labelChoices.some((choice) => choice === name)),
    );
    this.thresholdText = '';
    this.choices = { ...rest, [meaning]: value, ...(otherValue === undefined ? {} : { [other]: otherValue }) };
    this.#lookIn(choiceWaitMs);
  }

  meaningOf(value: string): Meaning | null {
    if (this.choices.positive === value) return 'positive';
    if (this.choices.negative === value) return 'negative';
    if (this.choices.positive !== undefined || this.choices.negative !== undefined) return null;
    return this.preview?.labels.find((label) => label.value === value)?.meaning ?? null;
  }

  typeThreshold(text: string): void {
    const number = Number(text.trim().replace(',', '.'));
    this.choose('threshold', text.trim() === '' || !Number.isFinite(number) ? undefined : number);
    this.thresholdText = text;
  }

  setDrop(kind: Drop, isDropped: boolean): void {
    const others = this.drop.filter((other) => other !== kind);
    this.drop = isDropped ? [...others, kind] : others;
  }

  /** Looks at the file as it is now chosen; an answer that comes after a newer question is left unread. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    const request = this.#request;
    const turn = ++this.#turn;
    if (request.path === '') {
      this.#answered = JSON.stringify(request);
      return;
    }
    const result = await this.#bridge.call('datasets.preview', request);
    if (turn !== this.#turn) return;
    this.#answered = JSON.stringify(request);
    if (!result.ok) {
      this.failure = result.failure;
      return;
    }
    this.failure = undefined;
    this.#seen = { path: request.path, preview: result.value };
  }

  /** Whether an import can start, after what was changed last has been looked at. */
  async settle(): Promise<boolean> {
    if (!this.isSettled || this.failure !== undefined) await this.look();
    return this.failure === undefined && this.openCount === 0 && this.isSettled;
  }

  get request(): Request {
    const name = this.name.trim();
    return {
      ...this.#request,
      ...(name === '' ? {} : { name }),
      ...(this.drop.length === 0 ? {} : { drop: [...this.drop] }),
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }

  #lookIn(waitMs: number): void {
    clearTimeout(this.#timer);
    // What is under way answers a question that is no longer asked.
    this.#turn += 1;
    this.#timer = setTimeout(() => void this.look(), waitMs);
  }
}

/** With what the dialog opens. */
export type DraftStart = Readonly<{
  path?: string;
  name?: string;
  drop?: readonly Drop[];
  choices?: Choices;
}>;
