/**
 * Yunzhijia's token endpoint (PLATFORMS, "Yunzhijia: tokens"): the same token again while it lives, a
 * new one only by refreshToken, timestamps good for three minutes.
 */
import { randomUUID } from "node:crypto";
import { fieldOf, textOf, type Answer, type Call, type PlatformClock } from "../platform.ts";

const LIFETIME_MS = 7_200_000;
const TIMESTAMP_GOOD_MS = 180_000;

export interface YunzhijiaApp {
  readonly appId: string;
  readonly secret: string;
  readonly eid: string;
  readonly resGroupSecret: string;
}

interface Issued {
  readonly value: string;
  readonly refreshToken: string;
  readonly owner: string;
  readonly expiresAt: number;
}

export const SANDBOX_APP: YunzhijiaApp = {
  appId: "500041933",
  secret: "sandbox-app-secret",
  eid: "123456",
  resGroupSecret: "sandbox-schedule-secret",
};

export class Tokens {
  readonly #clock: PlatformClock;
  readonly #apps = new Map<string, YunzhijiaApp>([[SANDBOX_APP.appId, SANDBOX_APP]]);
  /** By scope and owner: the one living token. */
  readonly #current = new Map<string, Issued>();
  readonly #byValue = new Map<string, Issued & { readonly scope: string }>();

  constructor(clock: PlatformClock) {
    this.#clock = clock;
  }

  /** Adds an app, or changes its secret: its tokens die. */
  addApp(app: Partial<YunzhijiaApp> & { readonly appId: string }): void {
    const known = this.#apps.get(app.appId) ?? SANDBOX_APP;
    this.#apps.set(app.appId, { ...known, ...app });
    for (const issued of this.#byValue.values()) if (issued.owner === app.appId) this.kill(issued.value);
  }

  kill(value: string): void {
    const issued = this.#byValue.get(value);
    this.#byValue.delete(value);
    if (issued !== undefined) this.#current.delete(`${issued.scope} ${issued.owner}`);
  }

  /** The app (or eid) that a living token of this scope belongs to; null if it is not good. */
  ownerOf(value: string, scope: string): string | null {
    const issued = this.#byValue.get(value);
    if (issued === undefined || issued.scope !== scope || issued.expiresAt <= this.#clock.now()) return null;
    return issued.owner;
  }

  getAccessToken(call: Call): Answer {
    return this.#grant(call, (app, scope) => {
      const expected = scope === "resGroupSecret" ? app.resGroupSecret : app.secret;
      return fieldOf(call.body, "secret") === expected;
    });
  }

  refreshToken(call: Call): Answer {
    return this.#grant(call, (app, scope) => {
      const owner = scope === "resGroupSecret" ? app.eid : app.appId;
      const current = this.#current.get(`${scope} ${owner}`);
      const given = textOf(fieldOf(call.body, "refreshToken"));
      if (given === "" || (current !== undefined && current.refreshToken !== given)) return false;
      if (current !== undefined) this.kill(current.value);
      return true;
    });
  }

  #grant(call: Call, isAllowed: (app: YunzhijiaApp, scope: string) => boolean): Answer {
    const { body } = call;
    const scope = textOf(fieldOf(body, "scope"));
    const timestamp = fieldOf(body, "timestamp");
    if (!["app", "team", "resGroupSecret"].includes(scope)) return refusal(100_001, "scope is not known");
    if (typeof timestamp !== "number" || String(timestamp).length !== 13) return refusal(100_002, "timestamp is not valid");
    if (Math.abs(timestamp - this.#clock.now()) > TIMESTAMP_GOOD_MS) return refusal(100_003, "timestamp is out of time");
    const app = this.#appOf(body, scope);
    if (app === null || !isAllowed(app, scope)) return refusal(100_004, "secret is not valid");
    return this.#issue(scope, scope === "resGroupSecret" ? app.eid : app.appId);
  }

  #appOf(body: unknown, scope: string): YunzhijiaApp | null {
    const [appId, eid] = [textOf(fieldOf(body, "appId")), textOf(fieldOf(body, "eid"))];
    if (scope === "resGroupSecret") return [...this.#apps.values()].find((app) => app.eid === eid) ?? null;
    const app = this.#apps.get(appId) ?? null;
    return scope === "team" && app?.eid !== eid ? null : app;
  }

  #issue(scope: string, owner: string): Answer {
    const now = this.#clock.now();
    const name = `${scope} ${owner}`;
    let issued = this.#current.get(name);
    if (issued === undefined || issued.expiresAt <= now) {
      issued = {
        value: randomUUID().replaceAll("-", ""),
        refreshToken: randomUUID().replaceAll("-", ""),
        owner,
        expiresAt: now + LIFETIME_MS * this.#clock.scale,
      };
      this.#current.set(name, issued);
      this.#byValue.set(issued.value, { ...issued, scope });
    }
    const { value: accessToken, refreshToken, expiresAt } = issued;
    const expireIn = Math.max(1, Math.floor((expiresAt - now) / 1_000));
    return { status: 200, body: { data: { accessToken, expireIn, refreshToken }, errorCode: 0, success: true } };
  }
}

/** The platform's real codes are unknown: these are the sandbox's own. */
function refusal(errorCode: number, error: string): Answer {
  return { status: 200, body: { data: null, error, errorCode, success: false } };
}
