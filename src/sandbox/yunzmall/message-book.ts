/**
 * The messages of a pretend Yunzmall, by business. They are created and changed only through the sandbox'
 * control, because the platform's own API is read-only (doc 001).
 *
 * Lists are newest first. A page is cut from a list that is built once for each change, so that paging through
 * many messages stays cheap.
 */
import { z } from "zod";
import { bigId } from "../big-ids.ts";
import type { Clock } from "../clock.ts";
import { isExact } from "../exact-numbers.ts";
import { shanghaiTime } from "../shanghai.ts";

/** Numbers above 2^53 are text here, and are sent as numbers again (setting `bigIds`). */
const bigNumber = z.string().regex(/^\d{16,19}$/);
const number = z.union([
  z.number().int(),
  bigNumber,
  z
    .custom<{ readonly rawJSON: string }>(isExact)
    .transform(({ rawJSON }) => rawJSON)
    .pipe(bigNumber),
]);

export const newMessageSchema = z.looseObject({
  business_id: z.number().int().default(1),
  uniacid: number.default(6),
  recipient_id: number.default(2),
  operate_id: number.default(1),
  plugin: z.string().default("project-manager"),
  /** The document types it as a number and shows it as text. */
  notice_type: z.union([z.string(), number]).default("1"),
  /** 0 handled, 1 waiting. */
  handle_status: z.union([z.literal(0), z.literal(1)]).default(1),
  /** 0 unread, 1 read. */
  status: z.union([z.literal(0), z.literal(1)]).default(0),
  created_at: z.string().optional(),
  message_body: z.record(z.string(), z.unknown()).default({ head: "", title: "测试任务", content: "" }),
  send_staff: z.record(z.string(), z.unknown()).default({ id: 2, name: "行圆的", avatar: "" }),
  /** How long no list shows the message. */
  lateMs: z.number().nonnegative().default(0),
});

type NewMessage = z.infer<typeof newMessageSchema>;
export type Message = Omit<NewMessage, "lateMs" | "status" | "handle_status" | "created_at"> & {
  readonly id: number | string;
  readonly created_at: string;
  status: 0 | 1;
  handle_status: 0 | 1;
};

const messageLists = ["unread", "read", "waitHandle"] as const;
export type MessageList = (typeof messageLists)[number];

export class MessageBook {
  readonly #clock: Clock;
  readonly #hasBigIds: () => boolean;
  #messages = new Map<string, { readonly message: Message; readonly visibleAt: number }>();
  #lists = new Map<string, readonly Message[]>();
  #lastVisibleAt = Number.NEGATIVE_INFINITY;
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, hasBigIds: () => boolean = () => false) {
    this.#clock = clock;
    this.#hasBigIds = hasBigIds;
  }

  add({ lateMs, ...fields }: NewMessage): number | string {
    const now = this.#clock.now();
    const count = this.#messages.size + 1;
    const id = this.#hasBigIds() ? bigId(count) : count;
    const visibleAt = now + this.#clock.scaled(lateMs);
    const message: Message = { ...fields, id, created_at: fields.created_at ?? shanghaiTime(now) };
    this.#messages.set(String(id), { message, visibleAt });
    this.#lastVisibleAt = Math.max(this.#lastVisibleAt, visibleAt);
    this.#lists.clear();
    return id;
  }

  /** False when there is no such message. */
  change(id: string, change: { readonly status?: 1; readonly handle_status?: 0 }): boolean {
    const entry = this.#messages.get(id);
    if (!entry) return false;
    Object.assign(entry.message, change);
    this.#lists.clear();
    return true;
  }

  listed(businessId: number, list: MessageList): readonly Message[] {
    this.#forgetStaleLists();
    const key = `${businessId} ${list}`;
    const known = this.#lists.get(key);
    if (known) return known;
    const made = this.#make(businessId, list);
    this.#lists.set(key, made);
    return made;
  }

  *list(): Generator<Message> {
    for (const { message } of this.#messages.values()) yield message;
  }

  reset(): void {
    this.#messages.clear();
    this.#lists.clear();
    this.#lastVisibleAt = Number.NEGATIVE_INFINITY;
  }

  /** Drops lists that were built before the last late message became visible. */
  #forgetStaleLists(): void {
    if (this.#listedAt < this.#lastVisibleAt) this.#lists.clear();
    this.#listedAt = this.#clock.now();
  }

  #make(businessId: number, list: MessageList): readonly Message[] {
    const now = this.#clock.now();
    const found: Message[] = [];
    for (const { message, visibleAt } of this.#messages.values()) {
      if (visibleAt <= now && message.business_id === businessId && isOn(list, message)) found.push(message);
    }
    return found.toReversed();
  }
}

function isOn(list: MessageList, { status, handle_status }: Message): boolean {
  if (list === "waitHandle") return handle_status === 1;
  return status === (list === "read" ? 1 : 0);
}
