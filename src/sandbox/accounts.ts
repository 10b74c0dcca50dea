/**
 * The accounts of the pretend platforms and their secrets. POST /_sandbox/accounts adds an account or changes
 * its secret.
 */
import { z } from "zod";

const text = z.string().min(1).optional();

/** Any of the three pairs. Giving an appId or eid again changes its secret. */
export const accountSchema = z
  .strictObject({
    /** Yunzhijia, scope app. */
    appId: text,
    secret: text,
    /** Yunzhijia, scope resGroupSecret: the secret of the 时间助手 resource. */
    eid: text,
    resGroupSecret: text,
    /** Hainan. */
    accessKey: text,
    secretKey: text,
  })
  .refine(
    ({ appId, secret }) => (appId === undefined) === (secret === undefined),
    "appId and secret go together",
  )
  .refine(
    ({ eid, resGroupSecret }) => resGroupSecret === undefined || eid !== undefined,
    "resGroupSecret needs eid",
  )
  .refine(
    ({ accessKey, secretKey }) => (accessKey === undefined) === (secretKey === undefined),
    "accessKey and secretKey go together",
  );

export type Account = z.infer<typeof accountSchema>;

export const defaultAccounts: readonly Account[] = [
  {
    appId: "500041933",
    secret: "sandbox-app-secret",
    eid: "123456",
    resGroupSecret: "sandbox-schedule-secret",
  },
  { accessKey: "sandbox-ak", secretKey: "sandbox-sk" },
];

export class Accounts {
  readonly #atStart: readonly Account[];
  readonly appSecrets = new Map<string, string>();
  readonly eidSecrets = new Map<string, string>();
  readonly hainanSecrets = new Map<string, string>();

  constructor(atStart: readonly Account[]) {
    this.#atStart = atStart;
    this.reset();
  }

  put({ appId, secret, eid, resGroupSecret, accessKey, secretKey }: Account): void {
    if (appId !== undefined && secret !== undefined) this.appSecrets.set(appId, secret);
    if (eid !== undefined && resGroupSecret !== undefined) this.eidSecrets.set(eid, resGroupSecret);
    if (accessKey !== undefined && secretKey !== undefined) this.hainanSecrets.set(accessKey, secretKey);
  }

  reset(): void {
    this.appSecrets.clear();
    this.eidSecrets.clear();
    this.hainanSecrets.clear();
    for (const account of this.#atStart) this.put(account);
  }
}
