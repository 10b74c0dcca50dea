/**
 * The delivered todos: creates with one recipient, 600 bytes of JSON, each about an entity of its own.
 */
export interface Todo {
  readonly sourceId: string;
  readonly appId: string;
  readonly title: string;
  readonly content: string;
  readonly itemtitle: string;
  readonly headImg: string;
  readonly url: string;
  readonly params: readonly [
    { readonly openId: string; readonly status: { readonly DO: 0; readonly READ: 0 } },
  ];
}

const PAYLOAD_BYTES = 600;

/** @param from number of the first; another number is another todo for another person */
export function todos(count: number, from = 0): Todo[] {
  return Array.from({ length: count }, (_none, number) => todo(from + number));
}

function todo(number: number): Todo {
  const id = String(number).padStart(8, "0");
  const bare: Todo = {
    sourceId: `bench-${id}`,
    appId: "10101",
    title: "Leave request",
    content: "",
    itemtitle: "Approvals",
    headImg: "https://oa.example.com/images/approval.png",
    url: `https://oa.example.com/approvals/${id}`,
    params: [{ openId: `openid-${id}`, status: { DO: 0, READ: 0 } }],
  };
  return { ...bare, content: "x".repeat(PAYLOAD_BYTES - JSON.stringify(bare).length) };
}

export function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_none, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
