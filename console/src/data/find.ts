/** Asks for each thing that a text may be; what is not there is no error. */
import type { Delivery } from "../../../src/doors/client/types.ts";
import type { Words } from "../words/en.ts";
import { pagesHere } from "./pages.ts";
import { isLive, turnLive } from "./query.ts";
import { bida, logOut, mayAct } from "./session.ts";
import { nextTheme } from "./theme.ts";
import { switchLanguage } from "../words/words.ts";

export interface Found {
  readonly kind: string;
  readonly title: string;
  readonly extra: string;
  readonly page: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Of a command: carries it out on the page that is open. */
  readonly run?: () => void;
}

const MOST = 8;

export async function find(text: string, words: Words): Promise<readonly Found[]> {
  const answers = await Promise.all([
    quietly(accountsAndActs(text, words)),
    quietly(deliveryById(text, words)),
    quietly(deliveriesBy({ key: text }, words)),
    quietly(deliveriesBy({ recipient: text }, words)),
    quietly(actionById(text, words)),
    quietly(indexed(text, words)),
  ]);
  const found = [...pagesCalled(text, words), ...commands(text, words), ...answers.flat()];
  const nameOf = ({ kind, title, page, query }: Found): string =>
    JSON.stringify(kind === words.search.command ? [title, page, query] : page);
  if (found.length === 0) return byRequest(text, words);
  return found
    .filter((one, at) => found.findIndex((other) => nameOf(other) === nameOf(one)) === at)
    .slice(0, MOST * 2);
}

async function quietly(asked: Promise<readonly Found[]>): Promise<readonly Found[]> {
  return asked.catch(() => []);
}

function pagesCalled(text: string, { nav, search }: Words): readonly Found[] {
  return pagesHere()
    .filter(({ name }) => nav[name].toLowerCase().includes(text.toLowerCase()))
    .map(({ path, name }) => ({ kind: search.page, title: nav[name], extra: "", page: path }));
}

/** In the words of the page, or in English: both are known from the documentation. */
function isCalled(text: string, names: readonly string[]): boolean {
  const all = names.join(" ").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => all.includes(part));
}

/** What the keys do as well: for who does not know them. */
function commands(text: string, { search, logout, languageLabel }: Words): readonly Found[] {
  const all = [
    { title: search.theme, also: "theme dark light", run: nextTheme },
    { title: languageLabel, also: "language 中文 english", run: () => void switchLanguage() },
    { title: isLive.value ? search.pauseLive : search.goOnLive, also: "live pause resume", run: turnLive },
    { title: logout, also: "log out logout", run: () => void logOut() },
  ];
  return all
    .filter(({ title, also }) => isCalled(text, [title, also]))
    .map(({ title, run }) => ({ kind: search.command, title, extra: "", page: "", run }));
}

async function accountsAndActs(text: string, words: Words): Promise<readonly Found[]> {
  const { search, act } = words;
  const items = await bida.accounts();
  const named = items
    .filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
    .slice(0, MOST)
    .map(({ name, platform }) => ({
      kind: search.account,
      title: name,
      extra: platform,
      page: `/accounts/${name}`,
    }));
  const acts = (mayAct.value ? items : [])
    .filter(({ configured }) => configured)
    .flatMap(({ name, paused }) => [
      { name, what: paused ? "resume" : "pause", title: paused ? act.resume : act.pause },
      { name, what: "probe", title: act.probe },
    ])
    .filter(({ name, what, title }) => isCalled(text, [title, what, name]) && !name.includes(text))
    .slice(0, MOST)
    .map(({ name, what, title }) => ({
      kind: search.command,
      title: `${title} ${name}`,
      extra: "",
      page: `/accounts/${name}`,
      query: { act: what },
    }));
  return [...named, ...acts];
}

async function deliveryById(text: string, words: Words): Promise<readonly Found[]> {
  if (!/^[\w.:-]{8,64}$/.test(text)) return [];
  return [shown(await bida.get(text), words)];
}

async function deliveriesBy(
  filter: { readonly key: string } | { readonly recipient: string },
  words: Words,
): Promise<readonly Found[]> {
  const { items } = await bida.list({ ...filter, limit: MOST });
  return items.map((delivery) => shown(delivery, words));
}

/** Searches the API's indexes, which also know the platforms' own ids and lanes. */
async function indexed(text: string, words: Words): Promise<readonly Found[]> {
  const hits = await bida.search(text);
  return hits.flatMap(({ delivery }) => (delivery === null ? [] : [shown(delivery, words)]));
}

async function actionById(text: string, { search }: Words): Promise<readonly Found[]> {
  if (!/^[\w.:-]{8,64}$/.test(text)) return [];
  const { id, by } = await bida.deadLetters.action(text);
  return [{ kind: search.action, title: id, extra: by, page: `/actions/${id}` }];
}

/** No index has ids of requests: the list looks for one in what is new. */
function byRequest(text: string, { search }: Words): readonly Found[] {
  if (!/^[\w.:-]{8,64}$/.test(text)) return [];
  const query = { requestId: text };
  return [{ kind: search.request, title: text, extra: search.byRequest, page: "/deliveries", query }];
}

function shown({ id, key, account, operation, status }: Delivery, { search, status: names }: Words): Found {
  return {
    kind: search.delivery,
    title: key ?? id,
    extra: `${account} ${operation} · ${names[status]}`,
    page: `/d/${id}`,
  };
}
