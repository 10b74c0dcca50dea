/** A page about one thing that has an id: read again and again, and said so where there is none. */
import type { ComponentChildren, JSX } from "preact";
import { BidaError } from "../../../src/doors/client/errors.ts";
import type { Query } from "../data/query.ts";
import { Page } from "./page.tsx";
import { Empty, Loaded } from "./state.tsx";
import { Short } from "./text.tsx";

export function ThingPage<T>({
  title,
  id,
  query,
  missing,
  children,
}: {
  title: string;
  id: string;
  query: Query<T>;
  missing: string;
  children: (thing: T) => ComponentChildren;
}): JSX.Element {
  const isMissing = query.data === null && query.error instanceof BidaError && query.error.status === 404;
  return (
    <Page
      title={title}
      aside={
        <code class="page-id">
          <Short value={id} long={80} />
        </code>
      }
    >
      {isMissing ? <Empty>{missing}</Empty> : <Loaded query={query}>{children}</Loaded>}
    </Page>
  );
}
