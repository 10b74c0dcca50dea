/** The last hours as curves; each also as a table. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { span } from "../data/show.ts";
import {
  commonObjective,
  deadByReason,
  openAtEnd,
  percentile,
  timesOf,
  withinObjective,
} from "../data/trends.ts";
import { words } from "../words/words.ts";
import { Chart, type Series } from "./chart.tsx";
import { Loaded } from "./state.tsx";

const HOURS = [1, 6, 24, 168];
const HOUR_MS = 3_600_000;
const TONES: readonly Series["tone"][] = ["bad", "warn", "accent", "faint", "good"];

export function Trends({ account, openNow }: { account?: string; openNow: number }): JSX.Element {
  const w = words.value.chart;
  const [hours, setHours] = useState(6);
  const query = useQuery(`stats ${account ?? ""} ${hours}`, {
    read: async () =>
      bida.stats({ since: Date.now() - hours * HOUR_MS, ...(account === undefined ? {} : { account }) }),
    everyMs: 15_000,
  });
  return (
    <section aria-labelledby="trends">
      <h2 id="trends">{w.title}</h2>
      <div class="act-row" role="group" aria-label={w.range}>
        {HOURS.map((count) => (
          <button
            type="button"
            class={count === hours ? "chosen" : "quiet"}
            aria-pressed={count === hours}
            onClick={() => setHours(count)}
          >
            {w.hours(count)}
          </button>
        ))}
      </div>
      <Loaded query={query}>
        {(stats) => {
          const times = timesOf(stats);
          const objective = commonObjective(stats);
          const within = objective === null ? w.withinOwn : w.within(span(objective));
          return (
            <div class="charts">
              <Chart
                title={w.confirmedWithin}
                times={times}
                unit=" %"
                most={100}
                series={[{ name: within, tone: "good", values: withinObjective(stats) }]}
              />
              <Chart
                title={w.unconfirmed}
                times={times}
                series={[{ name: w.open, tone: "accent", values: openAtEnd(stats, openNow) }]}
              />
              <Chart
                title={w.toConfirm}
                times={times}
                unit=" s"
                series={[
                  { name: w.p50, tone: "accent", values: percentile(stats, 0.5) },
                  { name: w.p95, tone: "warn", values: percentile(stats, 0.95) },
                ]}
              />
              <Chart
                title={w.dead}
                times={times}
                series={deadByReason(stats)
                  .slice(0, TONES.length)
                  .map(({ reason, counts }, at) => ({
                    name: words.value.reason[reason],
                    tone: TONES[at] ?? "faint",
                    values: counts,
                  }))}
              />
            </div>
          );
        }}
      </Loaded>
    </section>
  );
}
