/** ln(n!) for whole n >= 0, by Stirling's series above 20 (error below 1e-12). */
export function logFactorial(n: number): number {
  if (n < 2) return 0;
  if (n <= 20) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  const x = n + 1;
  const inverse = 1 / x;
  const square = inverse * inverse;
  return (
    (x - 0.5) * Math.log(x) -
    x +
    0.5 * Math.log(2 * Math.PI) +
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
  );
}

/** P(X = k) for X binomial(n, p). */
export function binomialProbability(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  return Math.exp(
    logFactorial(n) -
      logFactorial(k) -
      logFactorial(n - k) +
      k * Math.log(p) +
      (n - k) * Math.log1p(-p),
  );
}

/** P(X <= k) for X binomial(n, p). */
export function binomialCumulative(k: number, n: number, p: number): number {
  let sum = 0;
  for (let i = 0; i <= Math.min(k, n); i++) sum += binomialProbability(i, n, p);
  return Math.min(1, sum);
}

/**
 * One draw of binomial(n, p) from one uniform number in [0, 1): inversion that starts at the mode and walks outwards, so that it
 * takes about as many steps as the standard deviation.
 */
export function binomialDraw(n: number, p: number, uniform: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  const atMode = binomialProbability(mode, n, p);
  let left = uniform - atMode;
  let low = mode;
  let high = mode;
  let atLow = atMode;
  let atHigh = atMode;
  while (left >= 0 && (low > 0 || high < n)) {
    if (high < n) {
      atHigh *= ((n - high) / (high + 1)) * odds;
      high += 1;
      left -= atHigh;
      if (left < 0) return high;
    }
    if (low > 0) {
      atLow *= low / ((n - low + 1) * odds);
      low -= 1;
      left -= atLow;
      if (left < 0) return low;
    }
    // What is left is rounding once both tails have vanished.
    if (atHigh < 1e-300 && atLow < 1e-300) return mode;
  }
  return mode;
}
