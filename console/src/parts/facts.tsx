/** Names and values. */
import type { ComponentChildren, JSX } from "preact";

export type Fact = readonly [name: ComponentChildren, value: ComponentChildren];

export function Facts({ facts }: { facts: readonly Fact[] }): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Counts that are read at a glance. */
export function Figures({
  figures,
  isSmall = false,
}: {
  figures: readonly {
    readonly name: string;
    readonly value: ComponentChildren;
    readonly isBad?: boolean;
  }[];
  isSmall?: boolean;
}): JSX.Element {
  return (
    <dl class={isSmall ? "figures small" : "figures"}>
      {figures.map(({ name, value, isBad = false }) => (
        <div class={isBad ? "bad" : undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
