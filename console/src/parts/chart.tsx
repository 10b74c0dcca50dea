/** A chart over time, drawn only once it is seen, and the same figures as a table for who wants to read them. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Table } from "./table.tsx";
import { Moment } from "./text.tsx";

export interface Series {
  readonly name: string;
  readonly tone: "accent" | "good" | "bad" | "warn" | "faint";
  readonly values: readonly (number | null)[];
}

export interface ChartProps {
  readonly title: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly unit?: string;
  /** The top of its scale, where that is known: a hundred per cent. */
  readonly most?: number | undefined;
}

export function Chart({ title, times, series, unit = "", most }: ChartProps): JSX.Element {
  const w = words.value.chart;
  const [isTable, setTable] = useState(false);
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>
        <span class="legend">
          {series.map(({ name, tone, values }) => (
            <span>
              <span class={`swatch ${tone}`} aria-hidden="true" /> {name} <b>{latest(values, unit)}</b>
            </span>
          ))}
        </span>
        <button type="button" class="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? w.chart : w.table}
        </button>
      </figcaption>
      {isTable ? (
        <div class="chart-table" tabIndex={0} role="region" aria-label={title}>
          <Table
            label={title}
            rows={times.map((at, index) => ({ at, index })).toReversed()}
            idOf={({ at }) => String(at)}
            columns={[
              { title: w.time, of: ({ at }) => <Moment iso={new Date(at * 1_000).toISOString()} /> },
              ...series.map(({ name, values }) => ({
                title: name,
                kind: "number" as const,
                of: ({ index }: { index: number }) => shown(values[index] ?? null, unit),
              })),
            ]}
          />
        </div>
      ) : (
        <Drawn title={title} times={times} series={series} most={most} />
      )}
    </figure>
  );
}

function Drawn({ title, times, series, most }: Omit<ChartProps, "unit">): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const data = JSON.stringify([times, series]);
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    let drawn: { readonly destroy: () => void } | null = null;
    let isOver = false;
    const show = async (): Promise<void> => {
      const { draw } = await import("./draw-chart.ts");
      if (!isOver) drawn = draw(current, { times, series, most });
    };
    void show();
    return () => {
      isOver = true;
      drawn?.destroy();
    };
  }, [data]);
  return <div ref={place} class="chart-place" role="img" aria-label={title} />;
}

function latest(values: readonly (number | null)[], unit: string): string {
  return shown(values.findLast((value) => value !== null) ?? null, unit);
}

function shown(value: number | null, unit: string): string {
  return value === null ? "–" : `${number(Math.round(value * 10) / 10)}${unit}`;
}
