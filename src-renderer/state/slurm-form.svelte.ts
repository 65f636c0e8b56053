import { slurmOptionsSchema, type SlurmOptions } from '#contract/slurm.ts';

export const slurmFields = ['partition', 'time', 'cpus', 'memory', 'arrayLimit', 'shared'] as const;
export type SlurmField = (typeof slurmFields)[number];
export type SlurmTexts = Record<SlurmField, string>;

/** Where the runs of the form are trained: on this machine, or as a job array of Slurm that asks for what is typed here. */
export class SlurmForm {
  isChosen = $state(false);
  texts = $state<SlurmTexts>(textsOf(null));
  touched = $state.raw<ReadonlySet<SlurmField>>(new Set());
  /** What was asked for last time has been taken over. */
  #isFilled = false;

  /** One sentence a field that is wrong. */
  readonly errors: ReadonlyMap<SlurmField, string> = $derived.by(() => {
    if (!this.isChosen) return new Map();
    return new Map(
      slurmFields.flatMap((field): [SlurmField, string][] => {
        const read = slurmOptionsSchema.shape[field].safeParse(valueOf(field, this.texts[field]));
        return read.success ? [] : [[field, read.error.issues[0]?.message ?? '']];
      }),
    );
  });

  readonly options: SlurmOptions | null = $derived.by(() => {
    if (!this.isChosen) return null;
    const read = slurmOptionsSchema.safeParse(
      Object.fromEntries(slurmFields.map((field) => [field, valueOf(field, this.texts[field])])),
    );
    return read.success ? read.data : null;
  });

  /** Errors appear when a field has been left once. */
  shownError(field: SlurmField): string | undefined {
    return this.touched.has(field) ? this.errors.get(field) : undefined;
  }

  touch(...fields: SlurmField[]): void {
    this.touched = new Set([...this.touched, ...fields]);
  }

  /** Begins with what the last job asked for, once. */
  fill(last: SlurmOptions | null): void {
    if (this.#isFilled) return;
    this.#isFilled = true;
    if (last !== null) this.texts = textsOf(last);
  }
}

function textsOf(options: SlurmOptions | null): SlurmTexts {
  return {
    partition: options?.partition ?? '',
    time: options?.time ?? '',
    cpus: String(options?.cpus ?? 2),
    memory: options?.memory ?? '',
    arrayLimit: String(options?.arrayLimit ?? ''),
    shared: options?.shared ?? '',
  };
}

/** Nothing typed: the cluster's own default, or ours. */
function valueOf(field: SlurmField, text: string): string | number | undefined {
  const typed = text.trim();
  if (typed === '') return undefined;
  return field === 'cpus' || field === 'arrayLimit' ? Number(typed) : typed;
}
