import { describe, expect, test } from "vitest";
import { parseKeywardFile, toKeywardConfig } from "../../../src/core/config/keyward-config.ts";
import type { ConfidenceLevel, Severity } from "../../../src/core/scan/finding.ts";
import { globProblem, pathGlob } from "../../../src/core/verdict/path-glob.ts";
import { openPolicy } from "../../../src/core/verdict/policy.ts";
import { aFinding } from "../../support/builders.ts";

/** What holds where the organization's file and the repository's say this. */
function configOf(repository: string, organization = "") {
  const [over, own] = [parseKeywardFile(organization, "organization"), parseKeywardFile(repository, "repository")];
  if (over.kind !== "read" || own.kind !== "read") throw new Error("the test's own files have mistakes");
  return toKeywardConfig({ name: "", file: over.file }, { name: "shop", file: own.file }, "shop", []);
}

const deskOf = (repository: string, organization?: string) => openPolicy(configOf(repository, organization).policy);

type Sure = { readonly level?: ConfidenceLevel; readonly severity?: Severity };
const blocks = (desk: ReturnType<typeof deskOf>, path: string, { level = "high", severity = "high" }: Sure = {}) =>
  desk.blocks(aFinding({ level, severity }), path);

describe("a pattern", () => {
  test.each([
    ["*.lock", ["a.lock", "b/c.lock", ".x.lock"], ["a.lock.ts"]],
    ["test", ["test", "test/a", "a/test/b"], ["tests", "atest/b"]],
    ["test/", ["test/a", "a/test/b"], ["test"]],
    ["/test", ["test/a"], ["a/test/b"]],
    ["src/gen/*.ts", ["src/gen/a.ts"], ["src/gen/b/a.ts", "x/src/gen/a.ts"]],
    ["docs/**", ["docs/a", "docs/a/b"], ["docs", "a/docs/b"]],
    ["**/fixtures/**", ["fixtures/a", "a/fixtures/b/c"], ["fixtures"]],
    ["app/(auth)/{a}.ts", ["app/(auth)/{a}.ts"], ["app/auth/a.ts"]],
    ["#odd", ["#odd", "a/#odd"], ["odd"]],
  ])("%s names what a .gitignore would name", (glob, yes, no) => {
    const { names } = pathGlob(glob);
    expect(yes.filter((path) => !names(path))).toEqual([]);
    expect(no.filter((path) => names(path))).toEqual([]);
  });

  test.each(["!a", "a/**/b/**/c/**/d/**/e", "*a*b*c*d*e*", "x".repeat(201)])("such as %s is refused", (glob) => {
    expect(globProblem(glob)).toMatch(/^a pattern/);
  });

  test("is tried in no time on any path", () => {
    const { names } = pathGlob("**/*a*a*a*b/**/*a*a*a*b/**");
    const hostile = `${`${"a".repeat(250)}/`.repeat(15)}c`;
    const started = process.cpuUsage().user;
    for (let round = 0; round < 20; round += 1) expect(names(hostile)).toBe(false);
    expect(process.cpuUsage().user - started).toBeLessThan(5_000_000);
  });
});

describe("what blocks", () => {
  test("is what Keyward is fairly sure of, of any severity, where nobody says anything", () => {
    const desk = deskOf("");
    expect(blocks(desk, "a.ts", { level: "medium", severity: "low" })).toBe(true);
    expect(blocks(desk, "a.ts", { level: "low", severity: "critical" })).toBe(false);
  });

  test("must reach both the confidence and the severity that are asked for", () => {
    const desk = deskOf("policy: { block: { confidence: high, severity: medium } }");
    expect(blocks(desk, "a", { level: "high", severity: "medium" })).toBe(true);
    expect(blocks(desk, "a", { level: "medium", severity: "critical" })).toBe(false);
    expect(blocks(desk, "a", { level: "high", severity: "low" })).toBe(false);
  });

  test("hangs on the last entry that names the path", () => {
    const desk = deskOf(`
policy:
  paths:
    - { globs: [test/**], findings: report }
    - { globs: [test/e2e/], findings: block, confidence: low }
    - { globs: [vendor/], findings: ignore }
    - { globs: [vendor/ours/], confidence: high }
`);
    expect(blocks(desk, "test/a.ts")).toBe(false);
    expect(blocks(desk, "test/e2e/a.ts", { level: "low" })).toBe(true);
    expect(blocks(desk, "src/a.ts", { level: "low" })).toBe(false);
    expect([desk.leftOutBy("vendor/a.js"), desk.leftOutBy("vendor/ours/a.js")]).toEqual(["vendor/", null]);
  });

  test("is not a matter of path in the message of a commit", () => {
    const desk = deskOf("policy: { paths: [{ globs: ['*'], findings: ignore }] }");
    expect(blocks(desk, "/commit message")).toBe(true);
    expect(desk.leftOutBy("/commit message")).toBeNull();
  });
});

describe("a repository's policy over its organization's", () => {
  const organization = "policy: { block: { confidence: medium }, paths: [{ globs: [docs/], findings: report }] }";

  test("may block more", () => {
    const desk = deskOf(
      "policy: { block: { confidence: low }, paths: [{ globs: [docs/], findings: block }] }",
      organization,
    );
    expect(blocks(desk, "a", { level: "low" })).toBe(true);
    expect(blocks(desk, "docs/a")).toBe(true);
  });

  test("may not block less, and that it does not count is said", () => {
    const less = "policy: { block: { confidence: high }, paths: [{ globs: [src/], findings: ignore }] }";
    const { notices } = configOf(less, organization);
    const desk = deskOf(less, organization);
    expect(blocks(desk, "a", { level: "medium" })).toBe(true);
    expect(blocks(desk, "src/a")).toBe(true);
    expect(desk.leftOutBy("src/a")).toBeNull();
    expect(notices).toMatchObject([{ file: "shop", instead: "organization" }]);
    expect(notices[0]?.message).toContain("`policy.paths[0].findings`");
  });

  test("keeps what the organization leaves out", () => {
    expect(
      deskOf("policy: {}", "policy: { paths: [{ globs: [vendor/], findings: ignore }] }").leftOutBy("vendor/a"),
    ).toBe("vendor/");
  });

  test("decides where the organization says so, or says nothing", () => {
    const less = "policy: { block: { confidence: high } }";
    for (const over of ["", "policy: { repositories: decide, block: { confidence: low } }"]) {
      expect(blocks(deskOf(less, over), "a", { level: "medium" })).toBe(false);
      expect(configOf(less, over).notices).toEqual([]);
    }
  });

  test("cannot say itself that it decides", () => {
    expect(parseKeywardFile("policy: { repositories: decide }", "repository")).toMatchObject({
      kind: "not-understood",
    });
  });
});
