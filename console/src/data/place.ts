/**
 * Where the console lives. The built scripts lie in `<console>/assets/`, so the address of this one tells the
 * prefix that a proxy put in front.
 */
const script = new URL(import.meta.url);

/** Path of the console without its last slash: `/console`, or `/bida/console` behind a prefix. */
export const consolePath = script.pathname.replace(/\/assets\/[^/]*$/, "");

/** Where the API is: the console's parent. */
export const apiUrl = script.origin + consolePath.replace(/\/[^/]*$/, "");

export function pathTo(
  page: string,
  query: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === null || value === undefined || value === "" ? [] : [[name, value]],
  );
  return consolePath + page + (given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`);
}
