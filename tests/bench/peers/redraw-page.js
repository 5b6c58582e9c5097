// 20 series of 365 days, drawn again and again in turns: by our chart and by uPlot, each on a
// canvas of 1000 × 420 CSS pixels of this page.

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

const [SERIES, DAYS, WIDTH, HEIGHT] = [20, 365, 1000, 420];
const days = Array.from({ length: DAYS }, (_, day) => Date.UTC(2025, 0, 1 + day) / 1000);
const values = Array.from({ length: SERIES }, (_, series) =>
  days.map((_, day) => Math.round(1000 / (series + 1) + 80 * (1 + Math.sin(day / 7 + series)) + ((day * 37 + series * 91) % 50))),
);

function ourChart() {
  const canvas = document.createElement('canvas');
  canvas.style.cssText = `display:block;width:${WIDTH}px;height:${HEIGHT}px`;
  document.body.append(canvas);
  const draw = window.ours(canvas, values, WIDTH, HEIGHT, devicePixelRatio);
  return { canvas, redraw: (stacked) => draw(stacked), remove: () => canvas.remove() };
}

function stack() {
  const sums = new Array(DAYS).fill(0);
  return values.map((line) => line.map((value, day) => (sums[day] += value)));
}

function uplotChart(stacked) {
  const lines = stacked ? stack() : values;
  const color = (series) => `hsl(${(series * 360) / SERIES} 60% 50%)`;
  const plot = new uPlot(
    {
      width: WIDTH,
      height: HEIGHT,
      legend: { show: false },
      series: [
        {},
        ...lines.map((_, series) => ({
          stroke: color(series),
          width: 1,
          points: { show: false },
          fill: stacked ? color(series) : undefined,
        })),
      ],
      bands: stacked ? lines.slice(1).map((_, at) => ({ series: [at + 2, at + 1], fill: color(at + 1) })) : [],
    },
    [days, ...lines],
    document.body,
  );
  return {
    canvas: plot.ctx.canvas,
    // Paths and axes anew, as ours; uPlot draws in a microtask.
    redraw: () => {
      plot.redraw(true, true);
      return Promise.resolve();
    },
    remove: () => plot.destroy(),
  };
}

const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** Milliseconds of each of `times` redraws of both charts, raster included. */
window.redraw = async (stacked, times) => {
  const charts = { ours: ourChart(), uplot: uplotChart(stacked) };
  const took = { ours: [], uplot: [] };
  // The first rounds are not counted: code is compiled and caches are filled in them.
  for (let at = -5; at < times; at += 1) {
    for (const name of at % 2 ? ['ours', 'uplot'] : ['uplot', 'ours']) {
      const { canvas, redraw } = charts[name];
      await frame();
      const began = performance.now();
      await redraw(stacked);
      // Reading a pixel waits for the raster.
      canvas.getContext('2d').getImageData(0, 0, 1, 1);
      if (at >= 0) took[name].push(performance.now() - began);
    }
  }
  // What was drawn is looked at: a chart that stayed empty would be fast.
  for (const [name, { canvas, remove }] of Object.entries(charts)) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set(new Uint32Array(data.buffer));
    if (canvas.width !== WIDTH * devicePixelRatio || canvas.height !== HEIGHT * devicePixelRatio || colors.size < SERIES) {
      throw new Error(`${name} drew ${colors.size} colors on ${canvas.width} × ${canvas.height}`);
    }
    if (!window.keep) remove();
  }
  return took;
};
window.ready = true;
