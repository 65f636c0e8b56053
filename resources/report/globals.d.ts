/** What stands before page.js in a report. */
declare const smooth: (values: ArrayLike<number>, weight: number) => ArrayLike<number>;
declare const words: Readonly<
  Record<
    'theme' | 'smoothing' | 'whole' | 'zoomHint' | 'allRuns' | 'noRuns' | 'sort' | 'epoch',
    string
  >
>;
