/** A few counts over time at a glance, as bars; read out they are the counts themselves. */
import type { JSX } from "preact";

const HEIGHT = 16;
const WIDTH = 6;

export function Sparkline({ counts, label }: { counts: readonly number[]; label: string }): JSX.Element {
  const most = Math.max(1, ...counts);
  return (
    <svg
      class="sparkline"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${counts.length * WIDTH} ${HEIGHT}`}
      width={counts.length * WIDTH}
      height={HEIGHT}
    >
      <title>{label}</title>
      {counts.map((count, at) => {
        // What is not nothing is seen, however small it is beside the others.
        const height = count === 0 ? 1 : Math.max(2, Math.round((count / most) * HEIGHT));
        return (
          <rect
            x={at * WIDTH}
            y={HEIGHT - height}
            width={WIDTH - 1}
            height={height}
            class={count === 0 ? "none" : undefined}
          />
        );
      })}
    </svg>
  );
}
