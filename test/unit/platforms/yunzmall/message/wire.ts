/**
 * An account whose lists are arrays that a test may change between two calls.
 */
import type { AccountAccess } from "../../../../../src/platforms/account-access.ts";
import type { PlatformAnswer, PlatformCall } from "../../../../../src/platforms/platform-http.ts";
import { fake } from "../../../../support/fake.ts";

type Row = Readonly<Record<string, unknown>>;

interface Lists {
  readonly unread: Row[];
  readonly waitHandle: Row[];
  readonly read: Row[];
}

export interface ListedAccount {
  readonly account: AccountAccess;
  readonly lists: Lists;
  /** `unread 1`, `unread 2`, …: the pages that were asked for. */
  readonly calls: string[];
}

const PER_PAGE = 20;

/** @param before runs ahead of each call; an answer of its own is given in place of the page */
export function listedAccount(
  before: (call: string) => PlatformAnswer | void = () => undefined,
): ListedAccount {
  const lists: Lists = { unread: [], waitHandle: [], read: [] };
  const calls: string[] = [];
  const account = fake<AccountAccess>({
    name: "mall",
    permitCall: async () => ({ kind: "granted" }),
    call: async ({ path, query }: PlatformCall): Promise<PlatformAnswer> => {
      const list = path.split("/").at(-1) as keyof Lists;
      const page = Number(query?.["page"]);
      const narrowed = ["plugin", "notice_type"].filter((name) => query?.[name] !== undefined);
      const suffix = narrowed.map((name) => ` ${name}=${String(query?.[name])}`).join("");
      calls.push(`${list} ${page}${suffix}`);
      const instead = before(`${list} ${page}`);
      const shown = lists[list].filter((row) =>
        narrowed.every((name) => String(row[name]) === query?.[name]),
      );
      return instead ?? pageOf(shown, page);
    },
  });
  return { account, lists, calls };
}

function pageOf(rows: readonly Row[], page: number): PlatformAnswer {
  const start = (page - 1) * PER_PAGE;
  const next = start + PER_PAGE < rows.length ? `http://mall?page=${page + 1}` : null;
  const data = { data: rows.slice(start, start + PER_PAGE), next_page_url: next, total: rows.length };
  return answer({ result: 1, msg: "list", data });
}

export function answer(body: unknown, status = 200): PlatformAnswer {
  return { kind: "answered", status, retryAfter: null, text: JSON.stringify(body) };
}

/** Messages 1 to `count`, the newest first, one a minute. */
export function rows(count: number, fields: Row = {}): Row[] {
  return Array.from({ length: count }, (_, index) => aRow(count - index, fields));
}

export function aRow(id: number, fields: Row = {}): Row {
  const minute = String(id % 60).padStart(2, "0");
  return {
    id,
    recipient_id: 2,
    plugin: "project-manager",
    notice_type: "1",
    status: 0,
    handle_status: 1,
    created_at: `2022-08-05 17:${minute}:00`,
    message_body: { head: "h", title: `任务 ${id}`, content: "", project_name: "默认项目" },
    send_staff: { id: 3, avatar: "vcode=vc1" },
    ...fields,
  };
}
