/**
 * The manifests of the packages. They are made, not copied: a consumer inherits neither our Node binary, nor
 * our overrides, nor our development tools.
 */

export interface ProjectManifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const KEYWORDS = ["webhook", "delivery", "retry", "dead-letter", "bullmq", "redis", "yunzhijia", "todo"];

export function bidaManifest({ version, description, license, engines, dependencies }: ProjectManifest) {
  return {
    name: "bida",
    version,
    description,
    license,
    keywords: KEYWORDS,
    type: "module",
    engines,
    bin: { bida: "bin/bida.mjs" },
    exports: {
      "./channel": { types: "./src/channel.d.ts", default: "./src/channel.js" },
      "./producer": { types: "./src/producer.d.ts", default: "./src/producer.js" },
      "./testing": { types: "./src/testing.d.ts", default: "./src/testing.js" },
      "./openapi.json": "./openapi.json",
      "./asyncapi.json": "./asyncapi.json",
      "./package.json": "./package.json",
    },
    dependencies,
  };
}

export function clientManifest({ version, license }: ProjectManifest) {
  return {
    name: "bida-client",
    version,
    description: "Bida from a program: enqueue deliveries over HTTP and wait until each is proven.",
    license,
    keywords: KEYWORDS,
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    exports: {
      ".": { types: "./client.d.ts", default: "./client.js" },
      "./package.json": "./package.json",
    },
  };
}
