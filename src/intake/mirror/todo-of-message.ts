/**
 * The todos that messages become. Pure.
 *
 * Keys are made from account and message id only, and an update's payload never varies. So a repeated order,
 * after a restart or by another mirror, is the same delivery.
 */
import { bodyText, type Message } from "../../platforms/messages.ts";
import type { NewTodo } from "../../platforms/todo-orders.ts";
import type { MirrorStep } from "./follow.ts";
import type { Mirror, Order, TodoTemplate } from "./ports.ts";

export function orderOf(
  step: MirrorStep,
  {
    card: { message, openId },
    mirror: { from, todo },
  }: { readonly card: { readonly message: Message; readonly openId: string }; readonly mirror: Mirror },
): Order {
  const of = { sourceId: `${from.name}-message-${message.id}`, openId };
  const { orders } = todo;
  return {
    key: `mirror:${from.name}:${message.id}:${step}`,
    metadata: { mirror: from.name, messageId: message.id },
    ...(step === "create" ? orders.create({ ...of, ...textsOf(message, todo) }) : orders.mark(of, step)),
  };
}

/** The texts of the todo. A platform may cut a text in the middle of a surrogate pair; the half is dropped. */
function textsOf(message: Message, todo: TodoTemplate): Omit<NewTodo, "sourceId" | "openId"> {
  return {
    title: titleOf(message).toWellFormed(),
    content: contentOf(message).toWellFormed(),
    subtitle: bodyText(message, "project_name")?.toWellFormed() ?? null,
    url: todo.url.replaceAll("{id}", encodeURIComponent(message.id)),
    iconUrl: headImgOf(message, todo).toWellFormed(),
  };
}

/** A todo must have a title, but not every plugin's messages have one. */
function titleOf(message: Message): string {
  const said = ["title", "head", "content"].map((field) => bodyText(message, field));
  return said.find((text) => text !== null) ?? `消息 ${message.id}`;
}

function contentOf(message: Message): string {
  const parts = ["head", "title", "content", "project_name"].map((field) => bodyText(message, field));
  return [...new Set(parts.filter((part) => part !== null))].join(" · ");
}

/** The sender's picture, if it is a URL: the document's example shows `vcode=…`, which is none. */
function headImgOf({ sender }: Message, { headImg, prefersAvatar }: TodoTemplate): string {
  const avatar = sender["avatar"];
  return prefersAvatar && typeof avatar === "string" && /^https?:\/\/\S+$/i.test(avatar) ? avatar : headImg;
}
