import { useLocation } from "preact-iso";
import { pathTo } from "./place.ts";

interface Navigation {
  readonly query: Readonly<Record<string, string>>;
  readonly go: (page: string, query?: Readonly<Record<string, string | null>>) => void;
  /** Changes some of the query; null takes one away. Another filter begins at the newest again. */
  readonly change: (query: Readonly<Record<string, string | null>>) => void;
}

export function useNavigation(): Navigation {
  const { path, query, route } = useLocation();
  return {
    query,
    go: (page, given) => route(pathTo(page, given)),
    change: (given) => {
      const kept = Object.entries({ ...query, cursor: null, ...given }).flatMap(
        ([name, value]): [string, string][] => (value === null || value === "" ? [] : [[name, value]]),
      );
      route(kept.length === 0 ? path : `${path}?${new URLSearchParams(kept).toString()}`);
    },
  };
}
