/**
 * An account on each platform that the sandbox plays, as YAML, for `bida up` and the demo. The sandbox'
 * built-in credentials are no secrets.
 */
export const SANDBOX_ACCOUNTS = ["yzj", "hn", "mall"] as const;

export function sandboxAccounts(sandboxUrl: string): string {
  return `accounts:
  yzj:
    platform: yunzhijia
    baseUrl: "${sandboxUrl}"
    allowHttp: true
    appId: "500041933"
    appSecret: sandbox-app-secret
    eid: "123456"
    resGroupSecret: sandbox-schedule-secret
  hn:
    platform: hainan
    baseUrl: "${sandboxUrl}/apione"
    allowHttp: true
    accessKey: sandbox-ak
    secretKey: sandbox-sk
    signer: { kind: none }
  mall:
    platform: yunzmall
    baseUrl: "${sandboxUrl}/business/1"
    allowHttp: true
`;
}
