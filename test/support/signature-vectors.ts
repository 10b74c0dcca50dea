/**
 * Public test vectors of the two signatures that gateways in front of Hainan's task centre may require. The
 * channel and the sandbox sign with separate code, and both must agree with these.
 */

const CSB_HEADERS = [
  ["_api_access_key", "ak"],
  ["_api_name", "http2http11"],
  ["_api_timestamp", "1594191880023"],
  ["_api_version", "1.0.0"],
] as const;

/** Signed with the secret key "sk". */
export const CSB_VECTORS = [
  { parameters: CSB_HEADERS, signature: "dW8wYd23lXs3w+LD2MqjNk+G64c=" },
  {
    parameters: [
      ["times", "123"],
      ["multiValues", "efg"],
      ["name", "中文name1"],
      ["multiValues", "abc"],
      ...CSB_HEADERS,
    ],
    signature: "ypa9gQlOS+uQ83ualSeF6qOcgbQ=",
  },
] as const;

/** Signed with the secret key "sk". */
export const ZWDD_VECTOR = {
  request: {
    method: "GET",
    timestamp: "2024-06-06T12:00:03.000+08:00",
    nonce: "17176464030001234",
    path: "/tc/openapi/task/finish.json",
    parameters: [
      ["userId", "1001"],
      ["taskUuid", "t-1"],
      ["closePackage", "true"],
    ],
  },
  signature: "n2umo6NDVjkGhObAzox42lCZZolm9Wa9+7XsIryjQFA=",
} as const;
