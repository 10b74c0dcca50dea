/** Asks for each thing that a text may be; what is not there is no error. */
import type { Delivery } from "../../../src/doors/client/types.ts";
import type { Words } from "../words/en.ts";
import { pagesHere } from "./pages.ts";
import { bida } from "./session.ts";

export interface Found {
  readonly kind: string;
  readonly title: string;
  readonly extra: string;
  readonly page: string;
  readonly query?: Readonly<Record<string, string>>;
}

const MOST = 8;

export async function find(text: string, words: Words): Promise<readonly Found[]> {
  const answers = await Promise.all([
    quietly(accounts(text, words)),
    quietly(deliveryById(text, words)),
    quietly(deliveriesBy({ key: text }, words)),
    quietly(deliveriesBy({ recipient: text }, words)),
    quietly(actionById(text, words)),
    quietly(indexed(text, words)),
  ]);
  const found = [...pagesCalled(text, words), ...answers.flat()];
  return found
    .filter(({ page }, at) => found.findIndex((other) => other.page === page) === at)
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

async function accounts(text: string, { search }: Words): Promise<readonly Found[]> {
  const items = await bida.accounts();
  return items
    .filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
    .slice(0, MOST)
    .map(({ name, platform }) => ({
      kind: search.account,
      title: name,
      extra: platform,
      page: `/accounts/${name}`,
    }));
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

/** Also by a platform's own id and by lane. */
async function indexed(text: string, words: Words): Promise<readonly Found[]> {
  const hits = await bida.search(text);
  return hits.flatMap(({ delivery }) => (delivery === null ? [] : [shown(delivery, words)]));
}

async function actionById(text: string, { search }: Words): Promise<readonly Found[]> {
  if (!/^[\w.:-]{8,64}$/.test(text)) return [];
  const { id, by } = await bida.deadLetters.action(text);
  return [{ kind: search.action, title: id, extra: by, page: `/actions/${id}` }];
}

function shown({ id, key, account, operation, status }: Delivery, { search, status: names }: Words): Found {
  return {
    kind: search.delivery,
    title: key ?? id,
    extra: `${account} ${operation} · ${names[status]}`,
    page: `/d/${id}`,
  };
}
