/**
 * A send that was refused by its credentials and is tried later: what its channel has noted about the first try
 * decides what the second may do (docs/guarantees.md), so it is kept whatever the account's other calls say.
 */
import { describe, expect, it } from "vitest";
import { credentialsVerdict } from "../../../src/pipeline/credentials-verdict.ts";
import type { AccountAccess } from "../../../src/platforms/account-access.ts";
import type { Credentials } from "../../../src/platforms/channel.ts";
import { NOW } from "../../support/builders.ts";

const unauthorized = { kind: "unauthorized", detail: "HTTP 401", memo: "tried" } as const;

async function refused(credentials: Credentials, refusal?: null): ReturnType<typeof credentialsVerdict> {
  const channel = { tryCredentials: async () => credentials };
  return credentialsVerdict(refusal === undefined ? unauthorized : { ...unauthorized, refusal }, {
    channel,
    account: {} as AccountAccess,
    wasSent: true,
    now: NOW,
    signal: new AbortController().signal,
  });
}

describe("what a channel has noted about a refused send is kept", () => {
  it("where nothing is known about the credentials", async () => {
    expect(await refused("untold")).toEqual({
      outcome: { kind: "unreachable", detail: "HTTP 401", memo: "tried" },
      holds: false,
    });
  });

  it("where other credentials are taken now", async () => {
    expect(await refused("taken", null)).toEqual({
      outcome: { kind: "unreachable", detail: "HTTP 401", memo: "tried" },
      holds: false,
    });
  });

  it("where only this send is refused", async () => {
    expect(await refused("taken")).toMatchObject({ outcome: { kind: "unauthorized", memo: "tried" } });
  });

  it("where the account is refused", async () => {
    expect(await refused("refused")).toEqual({ outcome: unauthorized, holds: true });
  });
});
