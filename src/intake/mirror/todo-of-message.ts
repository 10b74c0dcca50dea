/**
 * The todos that messages become (document 000, sections 1.3 and 1.4). Pure.
 *
 * Keys come from account and message id alone, and an update's payload never varies, so whoever orders
 * the same thing again, after a restart or beside another mirror, orders the same delivery.
 */
import { bodyText, type Message } from "../../platforms/yunzmall/message/message.ts";
import type { Step } from "./follow.ts";
import type { Mirror, Order, TodoTemplate } from "./ports.ts";

export function orderOf(step: Step, message: Message, openId: string, { from, todo }: Mirror): Order {
  const sourceId = `${from.name}-message-${message.id}`;
  const shared = {
    key: `mirror:${from.name}:${message.id}:${step}`,
    metadata: { mirror: from.name, messageId: message.id },
  };
  if (step === "create") {
    const payload = createPayload(message, { sourceId, openId, todo });
    return { ...shared, operation: "todo.create", payload };
  }
  const actiontype = step === "read" ? { read: 1 } : { deal: 1 };
  const payload = { sourcetype: todo.appId, sourceitemid: sourceId, openids: [openId], actiontype };
  return { ...shared, operation: "todo.update", payload };
}

function createPayload(
  message: Message,
  { sourceId, openId, todo }: { sourceId: string; openId: string; todo: TodoTemplate },
): Order["payload"] {
  const project = bodyText(message, "project_name");
  return {
    sourceId,
    appId: todo.appId,
    // A platform that cuts texts cuts some of them in the middle of a character: a todo says the rest.
    title: titleOf(message).toWellFormed(),
    content: contentOf(message).toWellFormed(),
    ...(project === null ? {} : { itemtitle: project.toWellFormed() }),
    url: todo.url.replaceAll("{id}", encodeURIComponent(message.id)),
    headImg: headImgOf(message, todo).toWellFormed(),
    params: [{ openId, status: { DO: 0, READ: 0 } }],
  };
}

/** A todo must have a title, and not every plugin's message has one. */
function titleOf(message: Message): string {
  const said = ["title", "head", "content"].map((field) => bodyText(message, field));
  return said.find((text) => text !== null) ?? `消息 ${message.id}`;
}

function contentOf(message: Message): string {
  const parts = ["head", "title", "content", "project_name"].map((field) => bodyText(message, field));
  return [...new Set(parts.filter((part) => part !== null))].join(" · ");
}

/** The sender's picture, where it is one: the document's example shows `vcode=…`, which is no URL. */
function headImgOf({ sender }: Message, { headImg, prefersAvatar }: TodoTemplate): string {
  const avatar = sender["avatar"];
  return prefersAvatar && typeof avatar === "string" && /^https?:\/\/\S+$/i.test(avatar) ? avatar : headImg;
}
