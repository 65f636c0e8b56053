/** Seconds of a time limit as sbatch takes it; null where it is none. */
export function secondsOfSlurmTime(text: string): number | null {
  const parts = /^(?:(\d{1,4})-)?(\d{1,6})(?::(\d{1,2}))?(?::(\d{1,2}))?$/.exec(text);
  if (parts === null) return null;
  const [, days, ...rest] = parts;
  const [first = 0, second = 0, third = 0] = rest.map((part: string | undefined) =>
    Number(part ?? 0),
  );
  // With days the first is hours; without, one or two numbers are minutes and seconds, three are hours, minutes and seconds.
  const isFromHours = days !== undefined || parts[4] !== undefined;
  const seconds = isFromHours ? first * 3600 + second * 60 + third : first * 60 + second;
  const total = Number(days ?? 0) * 86_400 + seconds;
  return total > 0 ? total : null;
}
