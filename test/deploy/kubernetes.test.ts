/**
 * What deploy/kubernetes holds is what Kubernetes and KEDA take, and each process is confined and drained. No
 * cluster has run it: only its own schemas have judged it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1";
import { Deployment } from "kubernetes-models/apps/v1";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { Namespace, Service, ServiceAccount } from "kubernetes-models/v1";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { parseConfig } from "../../src/config/config.ts";

const ROOT = fileURLToPath(new URL("../../deploy/kubernetes/", import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}${path}`, "utf8");

interface Validated {
  validate(): void;
}

const KINDS: Readonly<Record<string, (data: never) => Validated>> = {
  Namespace: (data) => new Namespace(data),
  ServiceAccount: (data) => new ServiceAccount(data),
  Service: (data) => new Service(data),
  Deployment: (data) => new Deployment(data),
  PodDisruptionBudget: (data) => new PodDisruptionBudget(data),
  NetworkPolicy: (data) => new NetworkPolicy(data),
  ScaledObject: (data) => new ScaledObject(data),
};

const kustomization = z.looseObject({
  kind: z.literal("Kustomization"),
  resources: z.array(z.string()),
  images: z.array(z.object({ name: z.string(), newName: z.string(), newTag: z.string() })).optional(),
  replicas: z.array(z.object({ name: z.string(), count: z.number() })).optional(),
});

const named = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });

function objectsOf(path: string): z.infer<typeof named>[] {
  return parseAllDocuments(read(path)).map((document) => named.parse(document.toJS()));
}

const base = kustomization.parse(parse(read("base/kustomization.yaml")));
const objects = base.resources.flatMap((file) => objectsOf(`base/${file}`));

const container = z.looseObject({
  args: z.array(z.string()),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal("ALL")]) }),
  }),
  startupProbe: z.looseObject({}),
  livenessProbe: z.looseObject({
    httpGet: z.object({ path: z.literal("/livez"), port: z.literal("health") }),
  }),
  readinessProbe: z.looseObject({
    httpGet: z.object({ path: z.literal("/readyz"), port: z.literal("health") }),
  }),
});
const deployment = z.looseObject({
  metadata: z.object({ name: z.string() }),
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number().min(26),
        enableServiceLinks: z.literal(false),
        securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.number().min(1) }),
        containers: z.tuple([container]),
      }),
    }),
  }),
});

describe("the base", () => {
  it.each(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
    "%s is valid",
    (_name, object) => {
      const kind = KINDS[object.kind];

      expect(kind).toBeDefined();
      kind?.(object as never).validate();
    },
  );

  it("names every file of the folder", () => {
    const files = readdirSync(`${ROOT}base`).filter(
      (file) => !["kustomization.yaml", "bida.yaml"].includes(file),
    );

    expect(base.resources.toSorted()).toEqual(files.toSorted());
  });

  it("confines, probes and drains every process of Bida", () => {
    const deployments = objects
      .filter(({ kind }) => kind === "Deployment")
      .map((object) => deployment.parse(object));

    expect(new Set(deployments.map(({ spec }) => spec.template.spec.containers[0].args[0]))).toEqual(
      new Set(["api", "callback", "intake", "mirror", "worker"]),
    );
    expect(deployments).toHaveLength(5);
  });

  it("has a configuration that Bida accepts once its secrets are there", () => {
    expect(() =>
      parseConfig(read("base/bida.yaml"), { path: "bida.yaml", env: {}, keepsUnresolved: true }),
    ).not.toThrow();
  });

  it("holds no secret", () => {
    expect(objects.map(({ kind }) => kind)).not.toContain("Secret");
  });
});

describe.each(readdirSync(`${ROOT}overlays`))("the overlay %s", (name) => {
  const overlay = kustomization.parse(parse(read(`overlays/${name}/kustomization.yaml`)));
  const own = overlay.resources.filter((file) => file !== "../../base");

  it("builds on the base and says which image", () => {
    expect(overlay.resources).toContain("../../base");
    expect(overlay.images?.map((image) => image.name)).toEqual(["bida"]);
  });

  it("changes only what the base has", () => {
    const names = objects.filter(({ kind }) => kind === "Deployment").map(({ metadata }) => metadata.name);

    expect((overlay.replicas ?? []).map((one) => one.name).filter((one) => !names.includes(one))).toEqual([]);
  });

  it("is valid in what it adds", () => {
    for (const object of own.flatMap((file) => objectsOf(`overlays/${name}/${file}`)))
      KINDS[object.kind]?.(object as never).validate();
  });
});

it("KEDA never removes the last worker", () => {
  const scaled = z
    .looseObject({
      spec: z.looseObject({
        minReplicaCount: z.number().min(1),
        scaleTargetRef: z.object({ name: z.string() }),
      }),
    })
    .parse(objectsOf("overlays/keda/scaledobject.yaml")[0]);

  expect(objects.map(({ metadata }) => metadata.name)).toContain(scaled.spec.scaleTargetRef.name);
});
