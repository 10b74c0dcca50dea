/**
 * Sessions of people in a browser, as `bida.sessions`.
 */
import type { Transport } from "./transport.ts";
import type { LoginLink, Me, Session } from "./types.ts";

export class Sessions {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Begins the browser's session, with an API key or with the token of a login link. */
  async open(by: { readonly key: string } | { readonly link: string }): Promise<Me> {
    return this.#transport.json({ path: "/v1/session", body: by, isRepeatable: false });
  }

  /** Ends the browser's own session. */
  async close(): Promise<void> {
    await this.#transport.json({ method: "DELETE", path: "/v1/session", isRepeatable: true });
  }

  /** An admin sees all sessions, others only their own. */
  async list(): Promise<readonly Session[]> {
    const { items } = await this.#transport.json<{ items: Session[] }>({
      path: "/v1/sessions",
      isRepeatable: true,
    });
    return items;
  }

  async end(id: string): Promise<void> {
    const path = `/v1/sessions/${encodeURIComponent(id)}`;
    await this.#transport.json({ method: "DELETE", path, isRepeatable: true });
  }

  /** Makes a link that opens one session in this key's name, within ten minutes. */
  async makeLink(): Promise<LoginLink> {
    return this.#transport.json({ path: "/v1/login-links", body: {}, isRepeatable: false });
  }
}
