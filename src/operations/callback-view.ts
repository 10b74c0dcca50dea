/**
 * How the producer of a delivery was told of its end, as people see it.
 */
import { isEnded } from "../delivery/record.ts";
import type { StoredDelivery } from "./ports.ts";

/** Null for a delivery without a callback. The URL's query may hold a secret of the producer: it is left out. */
export function callbackView({ delivery: { request, state }, callback }: StoredDelivery) {
  if (request.callbackUrl === null || callback === null) return null;
  const url = URL.parse(request.callbackUrl);
  const { attempts, detail } = callback;
  const status = isEnded(state.status) ? callback.status : ("waiting" as const);
  return { url: url === null ? "unreadable" : `${url.origin}${url.pathname}`, status, attempts, detail };
}

export type CallbackView = NonNullable<ReturnType<typeof callbackView>>;
