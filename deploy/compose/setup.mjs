/**
 * The first configuration of `docker compose up`: accounts on the sandbox, and one key that is printed once.
 *
 * Runs before the others, in the volume that they read. A configuration that is there already stays as it is.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = process.env["BIDA_CONFIG"] ?? "/etc/bida/bida.yaml";
const bida = fileURLToPath(new URL("../../bin/bida.mjs", import.meta.url));

if (existsSync(path)) {
  console.log(`${path} is there already, with its key. For a new key: docker compose down -v`);
} else {
  const printed = execFileSync(process.execPath, [bida, "key", "new", "compose", "--role", "admin", "--json"], {
    encoding: "utf8",
  });
  const { key, yaml } = JSON.parse(printed);
  writeFileSync(path, configuration(yaml), { mode: 0o600 });
  console.log(greeting(key));
}

function configuration(keyLine) {
  return `# Made by deploy/compose/setup.mjs: everything goes to the sandbox.
redis: { url: redis://redis:6379 }
api:
  host: 0.0.0.0
  keys:
    ${keyLine}
  environment: { name: compose, colour: green }
telemetry: { metricsPort: 9464, metricsHost: 0.0.0.0 }
accounts:
  yzj:
    platform: yunzhijia
    baseUrl: http://sandbox:8090
    allowHttp: true
    appId: "500041933"
    appSecret: \${env:SANDBOX_APP_SECRET}
    eid: "123456"
    resGroupSecret: \${env:SANDBOX_SCHEDULE_SECRET}
    slo: { confirmWithin: 2m, objective: 99.9 }
callbacks:
  allowHosts: [host.docker.internal]
  secret: \${env:CALLBACK_SECRET}
  allowPrivate: true
  allowHttp: true
intake:
  stream: { producer: compose, accounts: [yzj] }
`;
}

function greeting(key) {
  const payload = JSON.stringify({
    appId: "500041933",
    sourceId: `first-${randomBytes(4).toString("hex")}`,
    title: "请假审批",
    headImg: "https://oa.example.com/leave.png",
    url: "https://oa.example.com/leave/1",
    params: [{ openId: "5a9090be44963150c2c059e6" }],
  });
  return `
The one key, shown once:

  export BIDA_KEY=${key}

  console    http://127.0.0.1:8080/console/     (log in with the key)

Send something:

  docker compose exec -e BIDA_KEY api node /app/bin/bida.mjs send --account yzj --operation todo.create --wait --payload '${payload}'
`;
}
