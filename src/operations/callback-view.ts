/**
 * The callback of a delivery, as people see it.
 */
import { isEnded } from "../delivery/record.ts";
import type { StoredDelivery } from "./ports.ts";

/**
 * Null for a delivery without a callback. The query of the URL is left out, because it may hold a secret of the
 * producer.
 */
export function callbackView({ delivery: { request, state }, callback }: StoredDelivery) {
  if (request.callbackUrl === null || callback === null) return null;
  const url = URL.parse(request.callbackUrl);
  const { attempts, detail } = callback;
  const status = isEnded(state.status) ? callback.status : ("waiting" as const);
  return { url: url === null ? "unreadable" : `${url.origin}${url.pathname}`, status, attempts, detail };
}

export type CallbackView = NonNullable<ReturnType<typeof callbackView>>;
