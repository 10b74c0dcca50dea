/**
 * Dead letters and the bulk actions on them; needs the key of an operator.
 */
import type { CallOptions } from "./bida-client.ts";
import type { JsonText } from "./body.ts";
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
  DeadLetterGroupName,
  DeadLetterGroups,
  ExportFormat,
  FailedItemPage,
  FieldEditOrder,
  GroupChange,
  GroupMark,
  Paging,
  Restored,
  StartedEdit,
  Verified,
} from "./types.ts";

/** Longer than the default, because the API asks a platform first. */
const ASKS_WITHIN_MS = 40_000;

export class DeadLetters {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(filter: DeadLetterFilter & Paging = {}): Promise<DeliveryPage> {
    return this.#transport.json({ path: "/v1/dead-letters", query: { ...filter }, isRepeatable: true });
  }

  /** Groups dead letters. With `details`, also says when those of each group died, and which lanes they hold. */
  async groups(filter: DeadLetterFilter & { readonly include?: "details" } = {}): Promise<DeadLetterGroups> {
    return this.#transport.json({
      path: "/v1/dead-letters/groups",
      query: { ...filter },
      isRepeatable: true,
    });
  }

  /**
   * Exports dead letters: one JSON object a line, with payload and timeline; or CSV, without the timeline. The
   * export is audited.
   */
  async export(
    filter: DeadLetterFilter & { readonly format?: ExportFormat } = {},
  ): Promise<ReadableStream<Uint8Array>> {
    return this.#transport.stream({
      path: "/v1/dead-letters/export",
      query: { ...filter },
      isRepeatable: true,
    });
  }

  /**
   * Replays a dead letter, with another payload if one is given. What may have arrived is verified before it is
   * sent again. A `JsonText` is sent as it stands.
   */
  async replay(
    id: string,
    change: { readonly payload?: Readonly<Record<string, unknown>> | JsonText; readonly note?: string } = {},
  ): Promise<Delivery> {
    return this.#act(`/v1/dead-letters/${encodeURIComponent(id)}/replay`, { body: change });
  }

  async discard(id: string, note: string): Promise<Delivery> {
    return this.#act(`/v1/dead-letters/${encodeURIComponent(id)}/discard`, { body: { note } });
  }

  /**
   * Asks the platform whether a dead letter is there after all, and sends nothing. With an id that a person has
   * found on the platform, it asks only about that one and claims it.
   */
  async verify(
    id: string,
    question: { readonly receipt?: string; readonly takesAltered?: boolean; readonly note?: string } = {},
  ): Promise<Verified> {
    return this.#transport.json({
      path: `/v1/dead-letters/${encodeURIComponent(id)}/verify`,
      body: question,
      isRepeatable: false,
      timeoutMs: ASKS_WITHIN_MS,
    });
  }

  /**
   * Verifies all dead letters that match. Those that are there are confirmed; the others are listed as failed
   * items of the action.
   */
  async verifyMany(order: BulkOrder): Promise<BulkAction> {
    return this.#act("/v1/dead-letters/verify", { body: order });
  }

  /** Restores a discarded delivery, within 24 hours. */
  async restore(id: string, note?: string): Promise<Restored> {
    return this.#act(`/v1/dead-letters/${encodeURIComponent(id)}/restore`, {
      body: note === undefined ? {} : { note },
    });
  }

  /** Marks a group of dead letters. Fields that are absent stay as they are; null removes one. */
  async markGroup(group: DeadLetterGroupName, change: GroupChange): Promise<GroupMark> {
    const { account, operation, reason, code } = group;
    const body = { account, operation, reason, code, ...change };
    const { mark } = await this.#act<{ mark: GroupMark }>("/v1/dead-letters/groups/mark", { body });
    return mark;
  }

  /** Erases the ended deliveries of one recipient; needs the key of an admin. */
  async forgetRecipient(order: {
    readonly recipient: string;
    readonly account?: string;
    readonly dryRun?: boolean;
    readonly note: string;
  }): Promise<BulkAction> {
    return this.#act("/v1/recipients/forget", { body: order });
  }

  async replayMany(order: BulkOrder): Promise<BulkAction> {
    return this.#act("/v1/dead-letters/replay", { body: order });
  }

  /** Edits one field of each matching dead letter and replays it. A dry run shows the effect on the first few. */
  async editMany(order: FieldEditOrder): Promise<StartedEdit> {
    return this.#act("/v1/dead-letters/edit", { body: order });
  }

  async discardMany(order: BulkOrder & { readonly note: string }): Promise<BulkAction> {
    return this.#act("/v1/dead-letters/discard", { body: order });
  }

  /** Lists deliveries whose callback was given up. */
  async callbacks(filter: CallbackFilter & Paging = {}): Promise<DeadCallbackPage> {
    return this.#transport.json({
      path: "/v1/dead-letters/callbacks",
      query: { ...filter },
      isRepeatable: true,
    });
  }

  async retryCallback(id: string, change: { readonly note?: string } = {}): Promise<InspectedDelivery> {
    return this.#act(`/v1/dead-letters/callbacks/${encodeURIComponent(id)}/retry`, { body: change });
  }

  /** Lists bulk actions: those that run, and those that ended within the last seven days. */
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

  /** Lists the items that an action could not act on, and why. */
  async failedOf(id: string, paging: Paging = {}): Promise<FailedItemPage> {
    return this.#transport.json({
      path: `/v1/actions/${encodeURIComponent(id)}/failed`,
      query: { ...paging },
      isRepeatable: true,
    });
  }

  /** Repeats an action, for the items that failed. */
  async repeatFailed(id: string, note: string): Promise<BulkAction> {
    return this.#act(`/v1/actions/${encodeURIComponent(id)}/repeat`, { body: { note } });
  }

  async changeRate(
    id: string,
    { ratePerSecond, note }: { readonly ratePerSecond: number; readonly note?: string | undefined },
  ): Promise<BulkAction> {
    const body = { ratePerSecond, ...(note === undefined ? {} : { note }) };
    return this.#act(`/v1/actions/${encodeURIComponent(id)}/rate`, { body });
  }

  async cancelAction(
    id: string,
    { signal, note }: CallOptions & { readonly note?: string | undefined } = {},
  ): Promise<BulkAction> {
    const body = note === undefined ? {} : { note };
    return this.#act(`/v1/actions/${encodeURIComponent(id)}/cancel`, { body, signal });
  }

  async #act<T>(
    path: string,
    { body, signal }: { readonly body: unknown; readonly signal?: AbortSignal | undefined },
  ): Promise<T> {
    return this.#transport.json({ path, body, isRepeatable: false, signal });
  }
}
