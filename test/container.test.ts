import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { fromFile, readSettings, settingHelp } from "../src/app/settings.ts";
import { writeSecretFiles } from "../src/app/setup/secret-files.ts";
import { newKey } from "./support/tokens.ts";

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

test("everything the image copies from the checkout exists and is given to its builder", () => {
  const copied = [...read("Dockerfile").matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = ""]) =>
    sources.split(" "),
  );
  const given = read(".dockerignore")
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));
  expect(copied).toEqual(expect.arrayContaining(["kernels/pack.wasm", "kernels/scan.wasm"]));
  expect(copied.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
  expect(copied.filter((path) => !given.some((one) => path === one || path.startsWith(`${one}/`)))).toEqual([]);
});

type Variable = { readonly name: string; readonly value: string };

type Pod = {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly enableServiceLinks?: boolean;
        readonly securityContext: object;
        readonly containers: readonly { readonly args: readonly string[]; readonly env: readonly Variable[] }[];
      };
    };
  };
};

type Kustomization = {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly literals: readonly string[] }[];
};

const folder = "deploy/kubernetes";
const kustomization = parse(read(`${folder}/kustomization.yaml`)) as Kustomization;

const manifests = (): readonly Pod[] =>
  kustomization.resources.flatMap((file) =>
    parseAllDocuments(read(`${folder}/${file}`)).map((one) => one.toJS() as Pod),
  );

test("every file of the Kubernetes manifest is there, and its pods run without root, rights or a writable root", () => {
  const { resources } = kustomization;
  expect(resources.filter((file) => !existsSync(new URL(`../${folder}/${file}`, import.meta.url)))).toEqual([]);
  const pods = manifests()
    .filter(({ kind }) => kind === "Deployment")
    .map(({ spec }) => spec.template.spec);
  expect(pods.map(({ containers }) => containers[0]?.args)).toEqual([
    ["serve", "--role", "web"],
    ["serve", "--role", "worker"],
  ]);
  for (const pod of pods) {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
    expect(pod.containers).toEqual([
      expect.objectContaining({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        livenessProbe: expect.objectContaining({ httpGet: { path: "/healthz", port: "http" } }),
        readinessProbe: expect.objectContaining({ httpGet: { path: "/readyz", port: "http" } }),
        resources: expect.objectContaining({ limits: expect.anything() }),
      }),
    ]);
    // Names that the server does not know would be silently nothing.
    const names = pod.containers.flatMap(({ env }) => env.map(({ name }) => name.replace(/_FILE$/, "")));
    expect(names.filter((name) => !(name in settingHelp))).toEqual([]);
  }
});

test("the server starts with the environment that Kubernetes gives its pods", () => {
  const all = manifests();
  const literals = kustomization.configMapGenerator.flatMap((one) => one.literals).map((one) => one.split("="));
  // A container is told of every service in its namespace by variables with the service's name, unless it wants none.
  const linked = all
    .filter(({ kind }) => kind === "Service")
    .flatMap(({ metadata }) => ["SERVICE_HOST", "SERVICE_PORT", "PORT"].map((end) => `${metadata.name}_${end}`));
  const label = ["RSA", "PRIVATE", "KEY"].join(" ");
  const files: Readonly<Record<(typeof fromFile)[number], string>> = {
    DATABASE_URL: "postgres://postgres/keyward",
    PRIVATE_KEY: `-----BEGIN ${label}-----`,
    WEBHOOK_SECRET: newKey().toString("hex"),
    KEYWARD_MASTER_KEY: newKey().toString("base64"),
  };
  for (const { spec } of all.filter(({ kind }) => kind === "Deployment")) {
    const { enableServiceLinks = true, containers } = spec.template.spec;
    const own = containers.flatMap(({ env }) => env.map(({ name, value }) => [name, value]));
    const links = enableServiceLinks ? linked.map((name) => [name.toUpperCase().replaceAll("-", "_"), "10.0.0.1"]) : [];
    const environment = Object.fromEntries([...literals, ["APP_ID", "1"], ...own, ...links]) as Record<string, string>;
    const fileAt = (path: string): string | null => {
      const name = fromFile.find((one) => environment[`${one}_FILE`] === path);
      return name === undefined ? null : files[name];
    };
    expect(readSettings(environment, fileAt)).toMatchObject({ kind: "settings" });
  }
});

type Service = {
  readonly command: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
};

test("compose.yaml runs one process for webhooks and two that work, each with a root it cannot write and every file it names", () => {
  const { services, secrets } = parse(read("compose.yaml"), { merge: true }) as {
    readonly services: Readonly<Record<"web" | "worker" | "postgres", Service>>;
    readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  };
  const { web, worker, postgres } = services;
  expect([web.command, worker.command]).toEqual([
    ["serve", "--role", "web"],
    ["serve", "--role", "worker"],
  ]);
  expect([web.deploy?.replicas ?? 1, worker.deploy?.replicas]).toEqual([1, 2]);
  for (const service of [web, worker]) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
  }
  for (const { environment, secrets: mounted } of [web, worker, postgres]) {
    const named = Object.entries(environment).filter(([name]) => name.endsWith("_FILE"));
    expect(named.map(([, path]) => path.replace("/run/secrets/", "")).toSorted()).toEqual(mounted.toSorted());
  }
  const folder = mkdtempSync(join(tmpdir(), "keyward-compose-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const app = { id: 1, url: "https://github.example/apps/keyward", privateKey: "a key", webhookSecret: "a secret" };
  const written = writeSecretFiles(folder, app, "containers").map((path) => `./${path}`);
  expect(written).toEqual(expect.arrayContaining(Object.values(secrets).map(({ file }) => file)));
});
