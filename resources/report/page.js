// @ts-check
/*
 * What a report's page can do beyond being read: choose runs, zoom, smooth, sort, light or dark. It draws from the embedded data, the
 * same figures that the page shows without it. `smooth` and `words` stand before it in the page (core/reports/render/html.ts).
 */
/* global smooth, words */

/** @typedef {{runId: string, epochs: Record<string, number | null>[]}} Run */
/**
 * @typedef {{solid: string, thin: string, isPercent: boolean, left: number, right: number, top: number, bottom: number, low: number,
 *   high: number, lastEpoch: number}} Place
 */

const namespace = 'http://www.w3.org/2000/svg';
/** @type {{runs: Run[], outsideCurves: {curveId: string, epochs: Run['epochs']}[]}} */
const data = JSON.parse(
  document.getElementById('report-data')?.textContent ?? '{"runs":[],"outsideCurves":[]}',
);
const outside = data.outsideCurves.map(({ curveId, epochs }) => ({ runId: curveId, epochs }));
const runs = new Map([...data.runs, ...outside].map((run) => [run.runId, run]));
/** @type {Set<string>} */
const hidden = new Set();
/** How close the pointer must be to a line, in px. */
const nearPx = 16;
let smoothing = 0;
/** @type {[number, number] | null} */
let zoom = null;

const charts = [...document.querySelectorAll('figure[data-curves]')].flatMap((figure) => {
  const svg = figure.querySelector('svg');
  const place = /** @type {Place} */ (JSON.parse(figure.getAttribute('data-curves') ?? '{}'));
  return svg === null ? [] : [prepare(svg, place)];
});

addThemeButton();
addCurveControls();
addLegend();
addSorting();
addHighlight();
answerWindow();

/** @param {SVGSVGElement} svg @param {Place} place */
function prepare(svg, place) {
  const { left, right, top, bottom } = place;
  const clip = element('clipPath', { id: `clip-${place.solid}` });
  clip.append(
    element('rect', {
      x: left - 5,
      y: top - 5,
      width: right - left + 10,
      height: bottom - top + 10,
    }),
  );
  const lines = /** @type {SVGGElement} */ (svg.querySelector('.lines'));
  lines.setAttribute('clip-path', `url(#clip-${place.solid})`);
  const plot = element('rect', {
    x: left,
    y: top,
    width: right - left,
    height: bottom - top,
    fill: 'transparent',
    class: 'plot',
  });
  svg.append(clip, plot);
  const chart = {
    svg,
    place,
    lines,
    axes: /** @type {SVGGElement} */ (svg.querySelector('.axes')),
  };
  plot.addEventListener('pointerdown', (event) => drag(chart, plot, event));
  plot.addEventListener('dblclick', () => setZoom(null));
  const title = element('title', {});
  title.textContent = words.zoomHint;
  plot.append(title);
  return chart;
}

/** @param {{svg: SVGSVGElement, place: Place}} chart @param {SVGElement} plot @param {PointerEvent} start */
function drag({ svg, place }, plot, start) {
  const toX = (/** @type {PointerEvent} */ event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    return Math.max(place.left, Math.min(place.right, x));
  };
  const from = toX(start);
  const shade = element('rect', { y: place.top, height: place.bottom - place.top, class: 'drag' });
  svg.append(shade);
  plot.setPointerCapture(start.pointerId);
  const move = (/** @type {PointerEvent} */ event) => {
    set(shade, { x: Math.min(from, toX(event)), width: Math.abs(toX(event) - from) });
  };
  const end = (/** @type {PointerEvent} */ event) => {
    plot.removeEventListener('pointermove', move);
    plot.removeEventListener('pointerup', end);
    plot.removeEventListener('pointercancel', end);
    shade.remove();
    const [low, high] = [Math.min(from, toX(event)), Math.max(from, toX(event))];
    if (event.type === 'pointercancel' || high - low < 8) return;
    const [first, last] = zoom ?? [1, place.lastEpoch];
    const epoch = (/** @type {number} */ x) =>
      first + ((x - place.left) / (place.right - place.left)) * (last - first);
    setZoom([epoch(low), epoch(high)]);
  };
  plot.addEventListener('pointermove', move);
  plot.addEventListener('pointerup', end);
  plot.addEventListener('pointercancel', end);
}

/** @param {[number, number] | null} range */
function setZoom(range) {
  zoom = range;
  for (const button of document.querySelectorAll('.whole'))
    button.toggleAttribute('hidden', range === null);
  draw();
}

function draw() {
  for (const chart of charts) drawChart(chart);
}

/** What a chart shows now, and where. @param {(typeof charts)[number]} chart */
function shownIn({ place, lines }) {
  const [first, last] = zoom ?? [1, place.lastEpoch];
  const series = new Map(
    [...lines.querySelectorAll('.line:not(.raw)')].map((line) => {
      const run = runs.get(line.getAttribute('data-run') ?? '');
      const field = line.classList.contains('solid') ? place.solid : place.thin;
      const epochs = (run?.epochs ?? []).filter((epoch) => epoch[field] !== null);
      const raw = epochs.map((epoch) => epoch[field] ?? 0);
      const xs = epochs.map(({ epoch }) => epoch ?? 0);
      return /** @type {const} */ ([
        line,
        { xs, raw, values: smoothing > 0 ? smooth(raw, smoothing) : raw, runId: run?.runId ?? '' },
      ]);
    }),
  );
  const [low, high] =
    zoom === null ? [place.low, place.high] : extent([...series.values()], first, last, place);
  const x = (/** @type {number} */ epoch) =>
    place.left + ((epoch - first) / (last - first)) * (place.right - place.left);
  const y = (/** @type {number} */ value) =>
    place.bottom - ((value - low) / (high - low)) * (place.bottom - place.top);
  return { series, first, last, low, high, x, y };
}

/** @param {(typeof charts)[number]} chart */
function drawChart(chart) {
  const { svg, place, lines, axes } = chart;
  const { series, first, last, low, high, x, y } = shownIn(chart);
  for (const raw of lines.querySelectorAll('.raw')) raw.remove();
  /** Where the lines end, smoothed as they are. @type {Map<string, number | undefined>} */
  const ends = new Map();
  for (const [line, { xs, values, raw, runId }] of series) {
    line.setAttribute('d', path(xs, values, x, y));
    if (line.classList.contains('solid')) ends.set(runId, values[values.length - 1]);
    line.classList.toggle('hidden', hidden.has(runId));
    if (smoothing > 0 && !hidden.has(runId) && line.classList.contains('solid')) {
      const behind = /** @type {Element} */ (line.cloneNode());
      behind.classList.add('raw');
      set(behind, { d: path(xs, raw, x, y), 'stroke-width': 1 });
      lines.prepend(behind);
    }
  }
  for (const mark of lines.querySelectorAll('.mark')) {
    const run = runs.get(mark.getAttribute('data-run') ?? '');
    const epoch = Number(mark.getAttribute('data-epoch'));
    const value = run?.epochs.find((of) => of.epoch === epoch)?.[place.solid] ?? 0;
    const smoothed = mark.classList.contains('end') ? ends.get(run?.runId ?? '') : undefined;
    const whole = {
      x: place.left + ((epoch - 1) / (place.lastEpoch - 1)) * (place.right - place.left),
      y:
        place.bottom -
        ((value - place.low) / (place.high - place.low)) * (place.bottom - place.top),
    };
    mark.setAttribute(
      'transform',
      `translate(${x(epoch) - whole.x} ${y(smoothed ?? value) - whole.y})`,
    );
    mark.classList.toggle('hidden', hidden.has(run?.runId ?? ''));
  }
  for (const label of svg.querySelectorAll('.labels > *'))
    label.classList.toggle('hidden', hidden.has(label.getAttribute('data-run') ?? ''));
  svg.classList.toggle('zoomed', zoom !== null);
  drawAxes(axes, place, { first, last, low, high, x, y });
}

/** @param {{xs: number[], values: ArrayLike<number>, runId: string}[]} series @param {number} first @param {number} last @param {Place} place @returns {[number, number]} */
function extent(series, first, last, place) {
  const seen = series
    .filter(({ runId }) => !hidden.has(runId))
    .flatMap(({ xs, values }) =>
      xs.flatMap((x, i) => (x >= first - 0.5 && x <= last + 0.5 ? [values[i] ?? 0] : [])),
    );
  // Not spread into a call: a curve from outside may have a million points.
  const low = seen.reduce((a, b) => Math.min(a, b), Infinity);
  const high = seen.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!(high > low)) return [place.low, place.high];
  return [low - (high - low) * 0.06, high + (high - low) * 0.06];
}

/** @param {SVGGElement} axes @param {Place} place @param {{first: number, last: number, low: number, high: number, x: (v: number) => number, y: (v: number) => number}} scale */
function drawAxes(axes, place, { first, last, low, high, x, y }) {
  axes.querySelectorAll(':scope > .anew').forEach((old) => old.remove());
  for (const old of axes.children) old.toggleAttribute('display', false);
  if (zoom === null) return;
  // The unit at the end stays; grid and numbers are drawn anew.
  for (const old of axes.children)
    if (old !== axes.lastElementChild) old.setAttribute('display', 'none');
  const unit = axes.lastElementChild;
  const factor = place.isPercent ? 100 : 1;
  const ySteps = ticks(low * factor, high * factor, 5);
  const text = { 'font-size': 11, fill: 'var(--text2)', class: 'anew' };
  for (const value of ySteps.values) {
    const at = y(value / factor);
    const grid = element('path', {
      d: `M${place.left} ${at}H${place.right}`,
      stroke: 'var(--line)',
      fill: 'none',
      class: 'anew',
    });
    const label = element('text', { ...text, x: place.left - 8, y: at + 4, 'text-anchor': 'end' });
    label.textContent = `${value.toFixed(ySteps.decimals)}${place.isPercent ? ' %' : ''}`;
    axes.insertBefore(grid, unit);
    axes.insertBefore(label, unit);
  }
  for (const value of ticks(first, last, 10).values.filter(Number.isInteger)) {
    const label = element('text', {
      ...text,
      x: x(value),
      y: place.bottom + 16,
      'text-anchor': 'middle',
    });
    label.textContent = String(value);
    axes.insertBefore(label, unit);
  }
}

/** @param {number} low @param {number} high @param {number} count */
function ticks(low, high, count) {
  const power = 10 ** Math.floor(Math.log10((high - low) / count));
  const rough = (high - low) / count / power;
  const step = power * (rough <= 1 ? 1 : rough <= 2 ? 2 : rough <= 5 ? 5 : 10);
  const from = Math.ceil(low / step);
  const values = Array.from({ length: Math.max(0, Math.floor(high / step) - from + 1) }, (_, i) =>
    Number(((from + i) * step).toPrecision(12)),
  );
  return { values, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/** @param {number[]} xs @param {ArrayLike<number>} values @param {(v: number) => number} x @param {(v: number) => number} y */
function path(xs, values, x, y) {
  const round = (/** @type {number} */ value) => Number(value.toFixed(1));
  return xs
    .map((epoch, i) => `${i === 0 ? 'M' : 'L'}${round(x(epoch))} ${round(y(values[i] ?? 0))}`)
    .join('');
}

function addThemeButton() {
  const button = makeButton(words.theme, () => {
    const root = document.documentElement;
    const isDark =
      root.dataset['theme'] === undefined
        ? matchMedia('(prefers-color-scheme: dark)').matches
        : root.dataset['theme'] === 'dark';
    root.dataset['theme'] = isDark ? 'light' : 'dark';
  });
  const bar = document.createElement('div');
  bar.className = 'controls top';
  bar.append(button);
  document.querySelector('header')?.prepend(bar);
}

function addCurveControls() {
  const first = charts[0]?.svg.closest('figure');
  if (first === null || first === undefined) return;
  const slider = document.createElement('input');
  Object.assign(slider, { type: 'range', min: '0', max: '0.95', step: '0.05', value: '0' });
  slider.addEventListener('input', () => {
    smoothing = Number(slider.value);
    draw();
  });
  const label = document.createElement('label');
  label.append(words.smoothing, slider);
  const whole = makeButton(words.whole, () => setZoom(null));
  whole.className = 'whole';
  whole.hidden = true;
  const hint = document.createElement('span');
  hint.textContent = words.zoomHint;
  const bar = document.createElement('div');
  bar.className = 'controls';
  bar.append(label, hint, whole);
  first.before(bar);
}

function addLegend() {
  for (const legend of document.querySelectorAll('.legend')) {
    const boxes = [...legend.querySelectorAll('li')].map((item) => {
      const box = document.createElement('input');
      Object.assign(box, { type: 'checkbox', checked: true });
      box.addEventListener('change', () => {
        show(runIdsOf(item), box.checked);
        draw();
      });
      const label = document.createElement('label');
      label.append(box, ...item.childNodes);
      item.append(label);
      return { box, runIds: runIdsOf(item) };
    });
    if (boxes.length < 3) continue;
    const all = (/** @type {boolean} */ isShown) => () => {
      for (const { box, runIds } of boxes) {
        box.checked = isShown;
        show(runIds, isShown);
      }
      draw();
    };
    const bar = document.createElement('div');
    bar.className = 'controls';
    bar.append(makeButton(words.allRuns, all(true)), makeButton(words.noRuns, all(false)));
    legend.before(bar);
  }
}

/** @param {readonly string[]} runIds @param {boolean} isShown */
function show(runIds, isShown) {
  for (const runId of runIds) {
    if (isShown) hidden.delete(runId);
    else hidden.add(runId);
  }
}

/** Of a row of a table, or of an entry of the legend. @param {HTMLElement} item */
function runIdsOf(item) {
  const { run, runs: alike } = item.dataset;
  return run === undefined ? (alike ?? '').split(' ') : [run];
}

/** By a column's values; rows that stand apart (means, baselines) stay at the end. */
function addSorting() {
  for (const table of document.querySelectorAll('table')) {
    const body = table.tBodies[0];
    const apart = [...(body?.rows ?? [])].findIndex((row) => row.classList.contains('apart'));
    const rows = [...(body?.rows ?? [])].slice(0, apart < 0 ? undefined : apart);
    if (body === undefined || rows.length < 3) continue;
    const rest = [...body.rows].slice(rows.length);
    [...(table.tHead?.rows[0]?.cells ?? [])].forEach((head, column) => {
      const button = makeButton('', () => {
        const isDown = head.getAttribute('aria-sort') === 'ascending';
        for (const other of table.querySelectorAll('th')) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
        rows.sort((a, b) => (isDown ? -1 : 1) * compareCells(a.cells[column], b.cells[column]));
        body.append(...rows, ...rest);
      });
      button.append(...head.childNodes);
      button.title = words.sort;
      head.append(button);
    });
  }
}

/** @param {HTMLTableCellElement | undefined} a @param {HTMLTableCellElement | undefined} b */
function compareCells(a, b) {
  const [left, right] = [a?.dataset['value'], b?.dataset['value']];
  if (left !== undefined && right !== undefined && left !== '' && right !== '')
    return Number(left) - Number(right);
  return (a?.textContent ?? '').localeCompare(b?.textContent ?? '', undefined, { numeric: true });
}

/** A row of a table, an entry of the legend, or the pointer near a line brings the lines of its runs forward. */
function addHighlight() {
  for (const item of document.querySelectorAll('tr[data-run], .legend li')) {
    const runIds = runIdsOf(/** @type {HTMLElement} */ (item));
    for (const name of ['pointerenter', 'focusin'])
      item.addEventListener(name, () => bringForward(runIds));
    for (const name of ['pointerleave', 'focusout'])
      item.addEventListener(name, () => bringForward([]));
  }
  for (const chart of charts) {
    const told = element('text', { class: 'told', 'font-size': 11, 'font-weight': 600 });
    chart.svg.append(told);
    const plot = chart.svg.querySelector('.plot');
    plot?.addEventListener('pointermove', (event) =>
      tell(chart, told, /** @type {PointerEvent} */ (event)),
    );
    plot?.addEventListener('pointerleave', () => {
      bringForward([]);
      told.textContent = '';
    });
  }
}

/** @param {readonly string[]} runIds */
function bringForward(runIds) {
  for (const { lines } of charts) {
    lines.classList.toggle('dimmed', runIds.length > 0);
    for (const line of lines.children)
      line.classList.toggle('near', runIds.includes(line.getAttribute('data-run') ?? ''));
  }
}

/** Says beside the pointer whose line it is near, and what stands there. @param {(typeof charts)[number]} chart @param {SVGElement} told @param {PointerEvent} event */
function tell(chart, told, event) {
  const { svg, place } = chart;
  const box = svg.getBoundingClientRect();
  const scale = svg.viewBox.baseVal.width / box.width;
  const [px, py] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  const { series, x, y } = shownIn(chart);
  const found = nearest(series, px, py, x, y);
  bringForward(found === undefined ? [] : [found.runId]);
  if (found === undefined) {
    told.textContent = '';
    return;
  }
  const { name, epoch, value } = found;
  told.textContent = `${name} · ${words.epoch} ${epoch} · ${place.isPercent ? `${(value * 100).toFixed(2)} %` : value.toFixed(4)}`;
  const isLeft = x(epoch) < (place.left + place.right) / 2;
  set(told, {
    x: x(epoch) + (isLeft ? 8 : -8),
    y: Math.max(place.top + 12, y(value) - 10),
    'text-anchor': isLeft ? 'start' : 'end',
  });
}

/**
 * Of the lines that are shown the one that passes nearest, above or below, with its next epoch; none beyond `nearPx`.
 * @param {ReturnType<typeof shownIn>['series']} series @param {number} px @param {number} py
 * @param {(v: number) => number} x @param {(v: number) => number} y
 */
function nearest(series, px, py, x, y) {
  let least = nearPx;
  /** @type {{runId: string, name: string, epoch: number, value: number} | undefined} */
  let found;
  for (const [line, { xs, values, runId }] of series) {
    const [left, right] = [x(xs[0] ?? 0), x(xs.at(-1) ?? 0)];
    if (hidden.has(runId) || xs.length === 0 || px < left - nearPx || px > right + nearPx) continue;
    const after = xs.findIndex((epoch) => x(epoch) >= px);
    const to = after < 0 ? xs.length - 1 : after;
    const from = Math.max(0, to - 1);
    const at = (/** @type {number} */ index) => [x(xs[index] ?? 0), y(values[index] ?? 0)];
    const [[fromX = 0, fromY = 0], [toX = 0, toY = 0]] = [at(from), at(to)];
    const share = toX === fromX ? 0 : Math.max(0, Math.min(1, (px - fromX) / (toX - fromX)));
    const distance = Math.abs(fromY + share * (toY - fromY) - py);
    if (distance >= least) continue;
    least = distance;
    const near = share < 0.5 ? from : to;
    found = {
      runId,
      epoch: xs[near] ?? 0,
      value: values[near] ?? 0,
      name: line.getAttribute('data-name') ?? '',
    };
  }
  return found;
}

/** Twofold shows the page in a frame while it is composed: it is asked to go to a place or to print, and tells where it is. */
function answerWindow() {
  const { parent } = window;
  if (parent === window) return;
  addEventListener('message', ({ source, data: asked }) => {
    if (source !== parent) return;
    if (asked === 'print') print();
    else if (typeof asked === 'number') scrollTo(0, asked);
    else if (typeof asked === 'string') {
      const top = document.getElementById(asked)?.getBoundingClientRect().top;
      // `scrollIntoView` would scroll the window around as well.
      if (top !== undefined) scrollTo(0, scrollY + top);
    }
  });
  addEventListener('scroll', () => parent.postMessage(scrollY, '*'), { passive: true });
}

/** @param {string} text @param {() => void} act */
function makeButton(text, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.addEventListener('click', act);
  return button;
}

/** @param {string} name @param {Record<string, string | number>} attributes */
function element(name, attributes) {
  return set(document.createElementNS(namespace, name), attributes);
}

/** @template {Element} E @param {E} target @param {Record<string, string | number>} attributes @returns {E} */
function set(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, String(value));
  return target;
}
