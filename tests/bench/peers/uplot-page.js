// uPlot with 20 series of 365 days, lines and stacked areas, drawn again and again.

import uPlot from 'uplot';

const [SERIES, DAYS] = [20, 365];
const days = Array.from({ length: DAYS }, (_, day) => Date.UTC(2025, 0, 1 + day) / 1000);
const values = Array.from({ length: SERIES }, (_, series) =>
  days.map((_, day) => Math.round(1000 / (series + 1) + 80 * Math.sin(day / 7 + series) + ((day * 37 + series * 91) % 50))),
);

function stack() {
  const sums = new Array(DAYS).fill(0);
  return values.map((line) => line.map((value, day) => (sums[day] += value)));
}

function chart(stacked) {
  const lines = stacked ? stack() : values;
  const color = (series) => `hsl(${(series * 360) / SERIES} 60% 50%)`;
  return new uPlot(
    {
      width: 1000,
      height: 420,
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
}

/** Milliseconds of each of `times` redraws, raster included. */
window.redraw = async (stacked, times) => {
  const plot = chart(stacked);
  const context = plot.ctx;
  await new Promise((resolve) => setTimeout(resolve, 100));
  const took = [];
  for (let at = 0; at < times; at += 1) {
    const began = performance.now();
    plot.redraw(true);
    // uPlot draws in a microtask; reading a pixel waits for the raster.
    await Promise.resolve();
    context.getImageData(0, 0, 1, 1);
    took.push(performance.now() - began);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  plot.destroy();
  return took;
};
window.ready = true;
