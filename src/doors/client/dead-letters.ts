/**
 * Dead letters and the bulk actions on them; needs the key of an operator.
 */
import type { CallOptions } from "./bida-client.ts";
import type { Transport } from "./transport.ts";
import type {
  ActionPage,
  BulkAction,
  BulkOrder,
  CallbackFilter,
  DeadCallbackPage,
  Delivery,
  DeliveryPage,
  InspectedDelivery,
  DeadLetterFilter,
  DeadLetterGroups,
  Paging,
} from "./types.ts";

export class DeadLetters {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(filter: DeadLetterFilter & Paging = {}): Promise<DeliveryPage> {
    return this.#transport.json({ path: "/v1/dead-letters", query: { ...filter }, isRepeatable: true });
  }

  async groups(filter: DeadLetterFilter = {}): Promise<DeadLetterGroups> {
    return this.#transport.json({
      path: "/v1/dead-letters/groups",
      query: { ...filter },
      isRepeatable: true,
    });
  }

  /** One JSON object a line, with payload and timeline. It is written down who exported. */
  async export(filter: DeadLetterFilter = {}): Promise<ReadableStream<Uint8Array>> {
    return this.#transport.stream({
      path: "/v1/dead-letters/export",
      query: { ...filter },
      isRepeatable: true,
    });
  }

  /** With a payload: edits and replays. What may have arrived is verified before it is sent again. */
  async replay(
    id: string,
    change: { readonly payload?: Readonly<Record<string, unknown>>; readonly note?: string } = {},
  ): Promise<Delivery> {
    return this.#act(`/v1/dead-letters/${encodeURIComponent(id)}/replay`, change);
  }

  async discard(id: string, note: string): Promise<Delivery> {
    return this.#act(`/v1/dead-letters/${encodeURIComponent(id)}/discard`, { note });
  }

  async replayMany(order: BulkOrder): Promise<BulkAction> {
    return this.#act("/v1/dead-letters/replay", order);
  }

  async discardMany(order: BulkOrder & { readonly note: string }): Promise<BulkAction> {
    return this.#act("/v1/dead-letters/discard", order);
  }

  /** Deliveries whose producer could not be told. */
  async callbacks(filter: CallbackFilter & Paging = {}): Promise<DeadCallbackPage> {
    return this.#transport.json({
      path: "/v1/dead-letters/callbacks",
      query: { ...filter },
      isRepeatable: true,
    });
  }

  async retryCallback(id: string, change: { readonly note?: string } = {}): Promise<InspectedDelivery> {
    return this.#act(`/v1/dead-letters/callbacks/${encodeURIComponent(id)}/retry`, change);
  }

  /** Those that run, and those that ended within the last seven days. */
  async actions(paging: Paging = {}): Promise<ActionPage> {
    return this.#transport.json({ path: "/v1/actions", query: { ...paging }, isRepeatable: true });
  }

  async action(id: string, { signal }: CallOptions = {}): Promise<BulkAction> {
    return this.#transport.json({
      path: `/v1/actions/${encodeURIComponent(id)}`,
      isRepeatable: true,
      signal,
    });
  }

  async cancelAction(id: string, { signal }: CallOptions = {}): Promise<BulkAction> {
    return this.#act(`/v1/actions/${encodeURIComponent(id)}/cancel`, {}, signal);
  }

  async #act<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    return this.#transport.json({ path, body, isRepeatable: false, signal });
  }
}
