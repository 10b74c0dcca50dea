/**
 * A token source from outside may never answer, or heed no signal: nobody waits for it for ever.
 */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AccessTokens } from "../../../src/account/access-token.ts";
import type { SharedAccount } from "../../../src/account/ports.ts";
import type { FetchedToken } from "../../../src/platforms/account-access.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const PATIENT = new AbortController().signal;
const A_TOKEN = { kind: "fetched", value: "t-1", refreshToken: "", expiresInMs: 3_600_000 } as const;

it("tells all waiters that no token came, and fetches again for the next one", async () => {
  const { tokens, fetches } = aSource([never, async () => A_TOKEN]);

  const waiting = Promise.all([
    tokens.get("app", { signal: PATIENT }),
    tokens.get("app", { signal: PATIENT }),
  ]);
  await vi.advanceTimersByTimeAsync(25_000);

  expect(await waiting).toMatchObject([{ kind: "unreachable" }, { kind: "unreachable" }]);
  expect(await tokens.get("app", { signal: PATIENT })).toEqual({ kind: "token", value: "t-1" });
  expect(fetches()).toBe(2);
});

it("lets each waiter go at its own signal, and the others wait on", async () => {
  const fetching = Promise.withResolvers<FetchedToken>();
  const { tokens } = aSource([async () => fetching.promise]);
  const leaving = new AbortController();

  const first = tokens.get("app", { signal: leaving.signal });
  const second = tokens.get("app", { signal: PATIENT });
  leaving.abort(new Error("given up"));

  await expect(first).rejects.toThrow("given up");
  fetching.resolve(A_TOKEN);
  expect(await second).toEqual({ kind: "token", value: "t-1" });
});

it("frees no lock and forgets no token of a later fetch when the late one ends", async () => {
  const late = Promise.withResolvers<FetchedToken>();
  const { tokens, owners } = aSource([async () => late.promise, async () => A_TOKEN]);
  const first = tokens.get("app", { signal: PATIENT });
  await vi.advanceTimersByTimeAsync(25_000);
  await first;
  await tokens.get("app", { signal: PATIENT });

  late.resolve({ ...A_TOKEN, value: "t-0" });
  await vi.advanceTimersByTimeAsync(0);

  expect(await tokens.get("app", { signal: PATIENT })).toEqual({ kind: "token", value: "t-1" });
  expect(new Set(owners).size).toBe(2);
});

const never = async (): Promise<FetchedToken> => new Promise(() => undefined);

function aSource(answers: readonly (() => Promise<FetchedToken>)[]) {
  let fetched = 0;
  const owners: string[] = [];
  const store: Partial<SharedAccount> = {
    claimToken: async (_scope, { owner }) => {
      owners.push(owner);
      return { kind: "fetch", dropped: null, refreshToken: null };
    },
    storeToken: async () => undefined,
  };
  const fetch = async (): Promise<FetchedToken> => {
    const answer = answers[fetched] ?? never;
    fetched += 1;
    return answer();
  };
  return { tokens: new AccessTokens(store as SharedAccount, { fetch }), fetches: () => fetched, owners };
}
