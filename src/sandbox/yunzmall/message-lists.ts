/**
 * GET /business/{n}/admin/message/{unread,read,waitHandle} (doc 001): Laravel's paginator, 20 a page, with
 * their `unreadMum`. How the platform authenticates callers, and how it refuses them, is not documented:
 * settings `mallAuthorization` and `mallRefusal`.
 */
import { type Call, type Endpoint, jsonReply, type Reply } from "../endpoint.ts";
import type { Message, MessageList } from "./message-book.ts";

const perPage = 20;
const pathPattern = /^\/business\/(\d+)\/admin\/message\/(?:unread|read|waitHandle)$/;

export const unreadMessages = listEndpoint("unread");
export const readMessages = listEndpoint("read");
export const waitingMessages = listEndpoint("waitHandle");

function listEndpoint(list: MessageList): Endpoint {
  return {
    name: `message.${list}`,
    kind: "read",
    methods: ["GET"],
    describe: (request) => ({ account: String(businessOf(request.path)), entity: request.query.get("page") }),
    perform: (call) => (isAllowed(call) ? showPage(call, list) : refuse(call)),
  };
}

function isAllowed({ state, request }: Call): boolean {
  const wanted = state.settings.mallAuthorization;
  return wanted === null || request.headers.authorization === wanted;
}

function refuse({ state }: Call): Reply {
  const status = state.settings.mallRefusal === "401" ? 401 : 200;
  return jsonReply({ result: 0, msg: "请登录", data: [] }, { outcome: "refused", status });
}

function showPage({ state, request }: Call, list: MessageList): Reply {
  const business = businessOf(request.path);
  const found = state.messages.listed(business, list).filter((message) => isWanted(message, request.query));
  const page = Math.max(1, Math.floor(Number(request.query.get("page"))) || 1);
  const start = (page - 1) * perPage;
  const rows = found.slice(start, start + perPage);
  const path = `http://${request.headers.host ?? "sandbox"}${request.path}`;
  const lastPage = Math.max(1, Math.ceil(found.length / perPage));
  const data = {
    current_page: page,
    data: rows,
    first_page_url: `${path}?page=1`,
    from: rows.length > 0 ? start + 1 : null,
    last_page: lastPage,
    last_page_url: `${path}?page=${lastPage}`,
    next_page_url: page < lastPage ? `${path}?page=${page + 1}` : null,
    path,
    per_page: perPage,
    prev_page_url: page > 1 ? `${path}?page=${page - 1}` : null,
    to: rows.length > 0 ? start + rows.length : null,
    total: found.length,
    unreadMum: state.messages.listed(business, "unread").length,
    waitHandleNum: state.messages.listed(business, "waitHandle").length,
  };
  return jsonReply({ result: 1, msg: "list", data }, { outcome: `page ${page}, listed ${rows.length}` });
}

function isWanted(message: Message, query: URLSearchParams): boolean {
  const noticeType = query.get("notice_type");
  const plugin = query.get("plugin");
  return (
    (noticeType === null || String(message.notice_type) === noticeType) &&
    (plugin === null || message.plugin === plugin)
  );
}

function businessOf(path: string): number {
  return Number(pathPattern.exec(path)?.[1]);
}
