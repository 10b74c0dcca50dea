/**
 * The configuration of `bida up` without one: an account on each of the sandbox' platforms.
 */
export interface Playground {
  readonly redisUrl: string;
  readonly sandboxUrl: string;
  readonly port: number;
}

/** The sandbox' built-in credentials are no secrets. */
export function playground({ redisUrl, sandboxUrl, port }: Playground): string {
  return `redis: { url: "${redisUrl}" }
api: { port: ${port} }
accounts:
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
callbacks: { allowHosts: [127.0.0.1, localhost], secret: sandbox-callback-secret, allowPrivate: true, allowHttp: true }
`;
}
