/**
 * `bida config init`: a first configuration with the settings that most installations change, explained in
 * comments.
 */
import { writeFileSync } from "node:fs";
import { ConfigError } from "../config-error.ts";

/** The file is valid as it is, once its secrets are in the environment. */
const FIRST_CONFIG = `# yaml-language-server: $schema=./bida.schema.json   (bida config schema > bida.schema.json)
# bida config check says what is wrong in this file; bida doctor looks at everything that it names.

redis:
  # Switch on AOF, and maxmemory-policy noeviction: what is acknowledged lives here.
  url: redis://127.0.0.1:6379
  # Or: url: "rediss://user:\${env:BIDA_REDIS_PASSWORD}@redis.corp.example/0" with caFile: /etc/ca.pem
  # Or: sentinels: […] with name: mymaster; or cluster: […]

api:
  host: 127.0.0.1
  port: 8080
  keys: []
  # Who may call the API: bida key new NAME --role producer --account yzj prints a line for this list.

accounts:
  yzj:
    platform: yunzhijia
    appId: "500041933"                        # ids are text
    appSecret: \${env:YZJ_APP_SECRET}          # \${env:…} and \${file:…} are the only way to a secret
    # For schedules as well:
    # eid: "123456"
    # resGroupSecret: \${env:YZJ_SCHEDULE_SECRET}
    # rate: { todo: 100/s }                   # the platform's own limit is the default
    # onDeadHead: hold                        # or skip: a dead delivery does not hold up its lane
  # hn:
  #   platform: hainan
  #   accessKey: \${env:HN_AK}
  #   signer: { kind: bridge, url: http://127.0.0.1:9070 }

policy:
  deadline: 24h            # every delivery has ended by then
  visibilityLagMs: 60000   # how late the platform may show what it stored; absence is believed no earlier
  retention: 7d            # how long ended deliveries stay readable
  trimAfter: 1h            # how long what was confirmed keeps its payload and its whole timeline

# Producers that write orders straight into Redis:
# intake:
#   stream: { key: "bida:intake", producer: oa, accounts: [yzj] }
#   bullmq: { queue: bida-intake, producer: erp, accounts: [yzj] }
# outboxes:                                  # docs/outbox.md
#   oa: { url: "postgresql://bida:\${env:OA_DB_PASSWORD}@db.corp.example:5432/oa", accounts: [yzj] }

# Producers that want to be told how a delivery ended:
# callbacks:
#   allowHosts: ["*.corp.example"]
#   secret: \${env:BIDA_CALLBACK_SECRET}       # signs them as Standard Webhooks; at least 24 bytes
`;

/** @throws ConfigError when there is a file already, or it cannot be written */
export function writeFirstConfig(path: string, overwrite: boolean): void {
  try {
    writeFileSync(path, FIRST_CONFIG, { flag: overwrite ? "w" : "wx", mode: 0o640 });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown cause";
    const detail =
      code === "EEXIST" ? "already exists; --force overwrites it" : `cannot be written (${code})`;
    throw new ConfigError(`${path}: ${detail}`);
  }
}
