/** uPlot and its style: fetched when the first chart is drawn. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartProps } from "./chart.tsx";

const HEIGHT = 160;

export function draw(
  place: HTMLElement,
  { times, series, most }: Pick<ChartProps, "times" | "series" | "most">,
): { readonly destroy: () => void } {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => resolved(`var(--${name})`, place);
  const edge = colour("edge");
  const faint = colour("faint");
  const axis = {
    stroke: faint,
    grid: { stroke: edge, width: 1 },
    ticks: { stroke: edge, width: 1 },
    font: `11px ${style.fontFamily}`,
  };
  const plot = new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (_plot, _least, top) => [0, most ?? Math.max(1, top * 1.1)] } },
      axes: [
        { ...axis, values: (_plot, ticks) => ticks.map(tick) },
        { ...axis, size: 48 },
      ],
      series: [
        {},
        ...series.map(({ name, tone, values }) => ({
          label: name,
          stroke: colour(tone),
          width: 2,
          // A line needs two: a moment for itself is a point.
          points: { show: true, size: 5, fill: colour(tone), filter: alone(values) },
          spanGaps: false,
        })),
      ],
    },
    [[...times], ...series.map(({ values }) => [...values])],
    place,
  );
  const watch = new ResizeObserver(() =>
    plot.setSize({ width: Math.max(200, place.clientWidth), height: HEIGHT }),
  );
  watch.observe(place);
  return {
    destroy: () => {
      watch.disconnect();
      plot.destroy();
    },
  };
}

/** The places of values that have no neighbour. */
function alone(values: readonly (number | null)[]): number[] {
  return values.flatMap((value, at) => {
    const hasNeighbour = (values[at - 1] ?? null) !== null || (values[at + 1] ?? null) !== null;
    return value === null || hasNeighbour ? [] : [at];
  });
}

/** Hours of the day in the reader's own zone; midnight is the day. */
function tick(seconds: number): string {
  const at = new Date(seconds * 1_000);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
  return isMidnight
    ? `${pad(at.getMonth() + 1)}-${pad(at.getDate())}`
    : `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** A token's colour as a canvas takes it: `light-dark()` is resolved by the element's own style. */
function resolved(value: string, place: HTMLElement): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
