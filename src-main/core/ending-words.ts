import * as m from '#messages';

import { numbersIn, retold, withFacts } from './retold.ts';

/** After so many epochs without a better one; `isLost`: none was ever near guessing. */
export function sayStoppedEarly(epochs: number, isLost: boolean): string {
  const early = m.trainer_stopped_early({ count: epochs });
  return isLost ? `${early} ${m.trainer_worse_than_guessing()}` : early;
}

/** The process had to be ended. `lastEpoch`: the last complete one, from which a resume goes on. */
export const sayForced = (request: 'stop' | 'pause', lastEpoch: number): string =>
  lastEpoch === 0
    ? m.runs_ended_before_epoch({ request })
    : withResume(m.runs_ended_in_epoch({ request }), lastEpoch);

export const sayGone = (lastEpoch: number): string => withResume(m.runs_gone(), lastEpoch);

export function withResume(sentence: string, lastEpoch: number): string {
  const hint =
    lastEpoch === 0 ? m.runs_resume_starts_again() : m.runs_resume_from({ epoch: lastEpoch });
  return `${sentence} ${hint}`;
}

type Fact = number | string;
type Diverged = Readonly<{
  became: 'NaN' | 'infinite';
  epoch: Fact;
  step: Fact;
  /** The last good epoch, which is kept; null: none was complete. */
  good: Fact | null;
  isRelu: boolean;
  /** Of a step of training; null: it was seen in an evaluation. */
  where: Readonly<{ layer: string; rows: string }> | null;
}>;

export function sayDiverged({ became, epoch, step, good, isRelu, where }: Diverged): string {
  const facts = { became, epoch, step };
  return [
    where === null ? m.trainer_evaluation_diverged(facts) : m.trainer_training_diverged(facts),
    good === null ? m.trainer_diverged_nothing_kept() : m.trainer_diverged_kept({ epoch: good }),
    ...(where === null ? [] : [m.trainer_diverged_where(where)]),
    isRelu ? m.trainer_diverged_try_tanh() : m.trainer_diverged_try_half(),
  ].join(' ');
}

/** Why a run ended, stored in another language: what is of few kinds is told anew, all else stays as it is. */
export const retoldReason = (reason: string): string =>
  retold(reason, () => [
    ...[0, ...numbersIn(reason)].flatMap((epochs) => [
      () => sayStoppedEarly(epochs, false),
      () => sayStoppedEarly(epochs, true),
      () => sayForced('stop', epochs),
      () => sayForced('pause', epochs),
      () => sayGone(epochs),
    ]),
    ...exitTellings(reason),
    ...divergedTellings(reason),
  ]);

/** How a training process ended that said nothing (trainer/exit-reason), with what a resume does. */
function exitTellings(reason: string): readonly (() => string)[] {
  const exits = [
    m.trainer_killed,
    m.trainer_out_of_memory,
    m.trainer_ended_silently,
    m.trainer_illegal_instruction,
    m.trainer_not_started,
    m.trainer_ended_from_outside,
    m.trainer_crashed,
    m.trainer_not_started_because,
    m.trainer_ended_with_code_because,
    m.trainer_ended_with_code,
  ] as readonly ((facts: Readonly<Record<'signal' | 'code' | 'because', string>>) => string)[];
  const names = ['signal', 'code', 'because'] as const;
  return exits.flatMap((say) => [
    withFacts(reason, names, (facts) => `${say(facts)} ${m.runs_resume_starts_again()}`),
    withFacts(
      reason,
      [...names, 'epoch'],
      ({ epoch, ...facts }) => `${say(facts)} ${m.runs_resume_from({ epoch })}`,
    ),
  ]);
}

function divergedTellings(reason: string): readonly (() => string)[] {
  const either = [true, false] as const;
  return either.flatMap((isRelu) =>
    either.flatMap((isKept) =>
      (['NaN', 'infinite'] as const).flatMap((became) => {
        const names = ['epoch', 'step', 'good', 'layer', 'shown', 'more'] as const;
        const telling = (
          whereOf: (facts: Record<(typeof names)[number], string>) => Diverged['where'],
        ) =>
          withFacts(reason, names, (facts) =>
            sayDiverged({
              ...facts,
              became,
              isRelu,
              good: isKept ? facts.good : null,
              where: whereOf(facts),
            }),
          );
        return [
          telling(() => null),
          telling(({ layer, shown, more }) => ({
            layer,
            rows: m.trainer_rows_and_more({ shown, more }),
          })),
          telling(({ layer, shown }) => ({ layer, rows: shown })),
        ];
      }),
    ),
  );
}
