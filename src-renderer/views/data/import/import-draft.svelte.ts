import type { ImportPreview, ImportRequest, LabelMeaning } from '#contract/dataset.ts';
import type { Failure } from '#contract/failure.ts';
import type { CallInput } from '#contract/index.ts';

import type { Bridge } from '../../../bridge/bridge.ts';

type Request = CallInput<'datasets.startImport'>;
/** What can be decided about a file; what is left out is found out from it. */
export type Choices = Readonly<Omit<Request, 'path' | 'name' | 'drop'>>;
export type ChoiceName = keyof Choices;
export type Drop = NonNullable<ImportRequest['drop']>[number];
export type Meaning = NonNullable<LabelMeaning['meaning']>;
type Class = Exclude<Meaning, 'dropped'>;

const pathWaitMs = 200;
const choiceWaitMs = 60;

/** What else is no longer meant once a choice has changed: other columns, or other labels. */
const columnChoices = ['textColumn', 'labelColumn', 'splitColumn'] as const;
const labelChoices = ['positive', 'negative', 'threshold', 'dropLabels'] as const;
const dependants: { readonly [N in ChoiceName]?: readonly ChoiceName[] } = {
  format: [...columnChoices, ...labelChoices, 'encoding', 'delimiter', 'header'],
  encoding: [...columnChoices, ...labelChoices],
  delimiter: [...columnChoices, ...labelChoices],
  header: [...columnChoices, ...labelChoices],
  labelColumn: labelChoices,
  threshold: ['positive', 'negative'],
};

/** The import dialog's path and choices, and what the file looks like with them. */
export class ImportDraft {
  name = $state('');
  drop = $state.raw<readonly Drop[]>([]);
  /** That can be left out with their reviews; an import of another file has none. */
  words = $state.raw<readonly string[]>([]);
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
  readonly preview = $derived(
    this.#seen?.path === this.#path.trim() ? this.#seen.preview : undefined,
  );
  readonly #request: Request = $derived({
    path: this.#path.trim(),
    ...this.choices,
    ...(this.drop.length === 0 ? {} : { drop: [...this.drop] }),
  });
  readonly isSettled = $derived(this.#answered === JSON.stringify(this.#request));
  /** A file that takes long to look at is on its first look. */
  readonly isLooking = $derived(
    this.#request.path !== '' && this.preview === undefined && !this.isSettled,
  );
  readonly questions = $derived(this.preview?.questions ?? []);
  /** Values of the split column that name no split: their rows would stop the import. */
  readonly strangeSplits = $derived(
    (this.preview?.splits ?? []).filter(({ split }) => split === null),
  );
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
    this.words = [];
    this.thresholdText = '';
    this.failure = undefined;
    this.#lookIn(pathWaitMs);
  }

  start({ path = '', name = '', drop = [], words = [], choices = {} }: DraftStart): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#path = path;
    this.name = name;
    this.drop = drop;
    this.choices = choices;
    this.words = [...new Set([...(choices.dropWords ?? []), ...words])];
    this.thresholdText = choices.threshold === undefined ? '' : String(choices.threshold);
    this.failure = undefined;
    this.#seen = undefined;
    this.#answered = undefined;
    if (path !== '') void this.look();
  }

  /** Undefined takes a choice back; null refuses what was found. */
  choose<N extends ChoiceName>(name: N, value: Choices[N] | undefined): void {
    const gone = new Set<string>([name, ...(dependants[name] ?? [])]);
    const kept = Object.fromEntries(
      Object.entries(this.choices).filter(([other]) => !gone.has(other)),
    );
    this.choices = value === undefined ? kept : { ...kept, [name]: value };
    if (gone.has('threshold')) this.thresholdText = '';
    this.#lookIn(choiceWaitMs);
  }

  /** Of one that becomes a class, the other class goes to the value that had it, or to the only other there is. */
  chooseLabel(value: string, meaning: Meaning): void {
    const { dropLabels = [], positive, negative, threshold, ...others } = this.choices;
    const dropped = dropLabels.filter((label) => label !== value);
    if (meaning === 'dropped') {
      this.choices = {
        ...others,
        ...(threshold === undefined ? {} : { threshold }),
        ...(positive === undefined || positive === value ? {} : { positive }),
        ...(negative === undefined || negative === value ? {} : { negative }),
        dropLabels: [...dropped, value],
      };
    } else {
      const classes = this.#classesWith(value, meaning);
      this.choices = {
        ...others,
        ...classes,
        ...(dropped.length === 0 ? {} : { dropLabels: dropped }),
      };
      this.thresholdText = '';
    }
    this.#lookIn(choiceWaitMs);
  }

  /** A label that was left out becomes what it is without that. */
  takeBack(value: string): void {
    const kept = this.choices.dropLabels?.filter((label) => label !== value) ?? [];
    this.choose('dropLabels', kept.length === 0 ? undefined : kept);
  }

  #classesWith(value: string, meaning: Class): Pick<Choices, Class> {
    const values = (this.preview?.labels ?? [])
      .map((label) => label.value)
      .filter((other) => other !== value && this.meaningOf(other) !== 'dropped');
    const other = meaning === 'positive' ? 'negative' : 'positive';
    const has = (one: Class) => values.find((candidate) => this.meaningOf(candidate) === one);
    const otherValue = has(other) ?? (values.length === 1 ? values[0] : has(meaning));
    return { [meaning]: value, ...(otherValue === undefined ? {} : { [other]: otherValue }) };
  }

  meaningOf(value: string): Meaning | null {
    if (this.choices.dropLabels?.includes(value) === true) return 'dropped';
    if (this.choices.positive === value) return 'positive';
    if (this.choices.negative === value) return 'negative';
    const found = this.preview?.labels.find((label) => label.value === value)?.meaning ?? null;
    // What was seen before the last choice no longer holds.
    return found === null || found === 'dropped' || this.choices[found] !== undefined
      ? null
      : found;
  }

  typeThreshold(text: string): void {
    const number = Number(text.trim().replace(',', '.'));
    this.choose('threshold', text.trim() === '' || !Number.isFinite(number) ? undefined : number);
    this.thresholdText = text;
  }

  setDrop(kind: Drop, isDropped: boolean): void {
    const others = this.drop.filter((other) => other !== kind);
    this.drop = isDropped ? [...others, kind] : others;
    this.#lookIn(choiceWaitMs);
  }

  setWordDrop(word: string, isDropped: boolean): void {
    const others = this.choices.dropWords?.filter((other) => other !== word) ?? [];
    const next = isDropped ? [...others, word] : others;
    this.choose('dropWords', next.length === 0 ? undefined : next);
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
  /** Offered to be left out with their reviews. */
  words?: readonly string[];
  choices?: Choices;
  /** How the file is read is to be changed: those controls are open. */
  isReading?: boolean;
}>;
