/**
 * Wrong channels of Yunzmall's messages.
 */
import { provenInsteadOf, sees, seesNumbers, seesRows, type Mutant } from "./mutant.ts";

const LISTS = /admin\/message/;
const inBody = (row: Record<string, unknown>, change: object): Record<string, unknown> => ({
  ...row,
  message_body: { ...(row["message_body"] as object), ...change },
});

export const messageMutants: readonly Mutant[] = [
  { name: "any title will do", make: seesRows(LISTS, (row) => inBody(row, { title: "智慧园区任务" })) },
  { name: "any recipient will do", make: seesRows(LISTS, (row) => ({ ...row, recipient_id: 7 })) },
  // The platform filters by plugin and type since both are asked for: a channel that ignores them is not wrong.
  {
    name: "a type in text is no type",
    make: seesRows(LISTS, (row) =>
      typeof row["notice_type"] === "string" ? { ...row, notice_type: null } : row,
    ),
  },
  { name: "what is there is read", make: seesRows(LISTS, (row) => ({ ...row, status: 1 })) },
  { name: "nothing is ever read", make: seesRows(LISTS, (row) => ({ ...row, status: 0 })) },
  {
    name: "what waits is handled",
    make: seesRows(LISTS, (row) => ({ ...row, handle_status: 1 - Number(row["handle_status"]) })),
  },
  {
    name: "an old message is new",
    make: seesRows(LISTS, (row) => ({ ...row, created_at: "2026-01-05 09:00:00" })),
  },
  {
    name: "the first page is all",
    make: sees(LISTS, (body) => ({ ...body, data: { ...(body["data"] as object), next_page_url: null } })),
  },
  {
    name: "what is read is of no interest",
    make: sees(/message\/read/, (body) => ({ ...body, data: { ...(body["data"] as object), data: [] } })),
  },
  { name: "a list that failed has what is asked for", make: provenInsteadOf("inconclusive") },
  { name: "not yet is proof", make: provenInsteadOf("pending") },
  { name: "ids are JavaScript numbers", make: seesNumbers(LISTS) },
];
