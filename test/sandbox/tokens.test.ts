import { describe, expect, it } from "vitest";
import { appId, aTodo, eid, json, startedSandbox } from "./sandbox-client.ts";

const path = "/gateway/oauth2/token/getAccessToken";
const app = { appId, secret: "sandbox-app-secret", scope: "app" };

describe("Yunzhijia's token endpoints", () => {
  it("give the same token while it lives, with what is left of its lifetime", async () => {
    await using sandbox = await startedSandbox();

    const first = json(await sandbox.post(path, { ...app, timestamp: sandbox.now.ms }));
    sandbox.now.ms += 400_000;
    const second = json(await sandbox.post(path, { ...app, timestamp: sandbox.now.ms }));
    sandbox.now.ms += 6_000_000;
    const third = json(await sandbox.post(path, { ...app, timestamp: sandbox.now.ms }));

    expect(first).toMatchObject({ success: true, errorCode: 0, data: { expireIn: 6_400 } });
    expect(second.data).toEqual({ ...(first.data as object), expireIn: 6_000 });
    expect(third.data).not.toMatchObject({
      accessToken: (first.data as { accessToken: string }).accessToken,
    });
  });

  it("give a new token for the refresh token before the old one has expired", async () => {
    await using sandbox = await startedSandbox();
    const old = json(await sandbox.post(path, { ...app, timestamp: sandbox.now.ms })).data as Record<
      string,
      string
    >;

    const body = { appId, scope: "app", timestamp: sandbox.now.ms, refreshToken: old["refreshToken"] };
    const refreshed = json(await sandbox.post("/gateway/oauth2/token/refreshToken", body));

    expect(refreshed.success).toBe(true);
    expect(refreshed.data).not.toMatchObject({ accessToken: old["accessToken"] });
    const again = json(await sandbox.post(path, { ...app, timestamp: sandbox.now.ms }));
    expect(again.data).toEqual(refreshed.data);
  });

  it("refuse a clock that is more than three minutes wrong", async () => {
    await using sandbox = await startedSandbox();

    const slow = await sandbox.post(path, { ...app, timestamp: sandbox.now.ms - 180_001 });
    const inTime = await sandbox.post(path, { ...app, timestamp: sandbox.now.ms + 180_000 });

    expect(json(slow)).toMatchObject({ success: false, errorCode: 990103 });
    expect(json(inTime).success).toBe(true);
  });

  it.each([
    ["a wrong secret", { ...app, secret: "x" }],
    ["an app nobody knows", { ...app, appId: "1" }],
    [
      "the app's secret for the schedule resource",
      { eid, secret: "sandbox-app-secret", scope: "resGroupSecret" },
    ],
  ])("refuse %s with success false", async (_case, body) => {
    await using sandbox = await startedSandbox();

    const answer = await sandbox.post(path, { ...body, timestamp: sandbox.now.ms });

    expect(json(answer)).toMatchObject({ success: false, errorCode: 990102, data: null });
  });

  it("refuse a body with a field missing or mistyped", async () => {
    await using sandbox = await startedSandbox();

    const noScope = await sandbox.post(path, { appId, secret: "x", timestamp: sandbox.now.ms });
    const textTime = await sandbox.post(path, { ...app, timestamp: String(sandbox.now.ms) });

    expect(json(noScope)).toMatchObject({ success: false, errorCode: 990101 });
    expect(json(textTime)).toMatchObject({ success: false, errorCode: 990101 });
  });

  it("refuse the old secret, and its tokens, once an account has got another", async () => {
    await using sandbox = await startedSandbox();
    const token = await sandbox.token();

    await sandbox.control("accounts", { appId, secret: "another" });

    const asked = await sandbox.post(path, { ...app, timestamp: sandbox.now.ms });
    expect(json(asked).success).toBe(false);
    const used = await sandbox.post(`/gateway/newtodo/open/generatetodo.json?accessToken=${token}`, aTodo());
    expect(used.status).toBe(401);
  });
});

describe("Yunzhijia's gateway", () => {
  it("refuses a token of another scope, no token and an expired one", async () => {
    await using sandbox = await startedSandbox();
    const todo = "/gateway/newtodo/open/generatetodo.json";
    const token = await sandbox.token();
    const scheduleToken = await sandbox.token("resGroupSecret");

    const wrongScope = await sandbox.post(`${todo}?accessToken=${scheduleToken}`, aTodo());
    const none = await sandbox.post(todo, aTodo());
    sandbox.now.ms += 6_400_000;
    const expired = await sandbox.post(`${todo}?accessToken=${token}`, aTodo());

    expect([wrongScope.status, none.status, expired.status]).toEqual([403, 401, 401]);
    expect((await sandbox.ledger()).todos).toEqual([]);
  });

  it("refuses a dead token with 200 and an unknown code when set to", async () => {
    await using sandbox = await startedSandbox({ settings: { tokenRefusal: "200" } });

    const answer = await sandbox.post("/gateway/newtodo/open/generatetodo.json?accessToken=x", aTodo());

    expect(answer.status).toBe(200);
    expect(json(answer)).toMatchObject({ success: false, errorCode: 990201 });
  });
});
