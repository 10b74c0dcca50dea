/**
 * The demo's configuration: one account of each platform, all at the sandbox.
 */

export const ACCOUNTS = ["yzj", "hn", "mall"] as const;

/** The sandbox's own secrets, as the configuration finds them in the environment. */
export const SECRETS = {
  SANDBOX_APP_SECRET: "sandbox-app-secret",
  SANDBOX_SCHEDULE_SECRET: "sandbox-schedule-secret",
  SANDBOX_AK: "sandbox-ak",
  SANDBOX_SK: "sandbox-sk",
};

export function configuration(redisUrl: string, sandboxUrl: string): string {
  return `redis: { url: "${redisUrl}" }
accounts:
  yzj:
    platform: yunzhijia
    baseUrl: "${sandboxUrl}"
    allowHttp: true
    appId: "500041933"
    appSecret: \${env:SANDBOX_APP_SECRET}
    eid: "123456"
    resGroupSecret: \${env:SANDBOX_SCHEDULE_SECRET}
  hn:
    platform: hainan
    baseUrl: "${sandboxUrl}/apione"
    allowHttp: true
    accessKey: \${env:SANDBOX_AK}
    secretKey: \${env:SANDBOX_SK}
    signer: { kind: none }
  mall:
    platform: yunzmall
    baseUrl: "${sandboxUrl}/business/1"
    allowHttp: true
`;
}
