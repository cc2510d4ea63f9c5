import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { settingHelp } from "../src/app/settings.ts";

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

type Pod = {
  readonly kind: string;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly securityContext: object;
        readonly containers: readonly { readonly args: readonly string[]; readonly env: readonly { name: string }[] }[];
      };
    };
  };
};

test("every file of the Kubernetes manifest is there, and its pods run without root, rights or a writable root", () => {
  const folder = "deploy/kubernetes";
  const { resources } = parse(read(`${folder}/kustomization.yaml`)) as { readonly resources: readonly string[] };
  expect(resources.filter((file) => !existsSync(new URL(`../${folder}/${file}`, import.meta.url)))).toEqual([]);
  const all = resources.flatMap((file) => parseAllDocuments(read(`${folder}/${file}`)).map((one) => one.toJS() as Pod));
  const pods = all.filter(({ kind }) => kind === "Deployment").map(({ spec }) => spec.template.spec);
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
