import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completeGitignore } from "../../../../src/core/posture/fixes/complete-gitignore.ts";
import { actionsToPin, pinActions } from "../../../../src/core/posture/fixes/pin-actions.ts";
import { ignoreRules } from "../../../../src/core/posture/gitignore/ignore-rules.ts";
import { notIgnored } from "../../../../src/core/posture/ignored-files.ts";
import { everything } from "../claim-rows.ts";

const tree = (paths: readonly string[], ignore: Readonly<Record<string, string>> = {}) => ({
  paths,
  ignoreFiles: Object.entries(ignore).map(([folder, text]) => ({ folder, text })),
});

describe("a .gitignore that is completed", () => {
  test("has what it lacks at its end and nothing else changed", () => {
    const { files, added, left } = completeGitignore(
      tree(["a.ts"], { "": `${everything.replace("*.kdbx", "")}\nnode_modules` }),
    );
    expect(left).toEqual([]);
    expect(added).toEqual([{ path: ".gitignore", patterns: ["*.kdbx"] }]);
    expect(files[0]?.text.endsWith("node_modules\n\n# Files that hold credentials\n*.kdbx\n")).toBe(true);
  });

  test("is made where there is none, and leaves templates alone", () => {
    const { files, left } = completeGitignore(tree(["infra/main.tf"]));
    expect(left).toEqual([]);
    const rules = ignoreRules(files.map(({ text }) => ({ folder: "", text })));
    for (const path of [".env", "web/.env.local", "infra/terraform.tfstate", "deep/down/id_rsa"])
      expect({ path, by: rules.ignoredBy(path) }).not.toEqual({ path, by: null });
    for (const path of [".env.example", ".env.sample", "web/.env.template", "src/a.ts", "key.pub"])
      expect({ path, by: rules.ignoredBy(path) }).toEqual({ path, by: null });
  });

  test("has patterns of the stacks that are there, and of no others", () => {
    const patterns = (paths: readonly string[]): readonly string[] =>
      completeGitignore(tree(paths)).added.flatMap((one) => one.patterns);
    expect(patterns(["a.ts"])).not.toContain("*.tfstate");
    expect(patterns(["a.tf"])).toContain("*.tfstate");
    expect(patterns(["apps/web/config/application.rb"])).toContain("**/config/master.key");
  });

  test("keeps the ends of lines", () => {
    const { files } = completeGitignore(tree([], { "": "dist\r\n" }));
    expect(files[0]?.text.replaceAll("\r\n", "")).not.toMatch(/\n/);
  });

  test("is completed where something is taken back, below the top", () => {
    const { added, left } = completeGitignore(tree(["app/a.ts"], { "": everything, app: "!*.pem\n" }));
    expect(left).toEqual([]);
    expect(added).toEqual([{ path: "app/.gitignore", patterns: ["*.pem"] }]);
  });

  test("lacks nothing any more, whatever it said before", () => {
    const line = fc.constantFrom(
      "!.env",
      "*.pem",
      "!*.pem",
      "/config",
      "# x",
      "a/**",
      "!id_rsa",
      "*",
      "!*/",
      "\\#",
      "!**/*.key",
    );
    const text = fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, text, fc.boolean(), (top, nested, hasNested) => {
        const before = tree(["app/main.tf", "pom.xml"], hasNested ? { "": top, app: nested } : { "": top });
        const { files, left } = completeGitignore(before);
        const after = before.ignoreFiles.map((file) => ({
          ...file,
          text:
            files.find(({ path }) => path === (file.folder === "" ? ".gitignore" : `${file.folder}/.gitignore`))
              ?.text ?? file.text,
        }));
        expect(left).toEqual([]);
        expect(notIgnored({ ...before, ignoreFiles: after })).toEqual([]);
        // And then there is nothing to add.
        expect(completeGitignore({ ...before, ignoreFiles: after }).files).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("actions that are pinned", () => {
  const commit = "0123456789".repeat(4);
  const pin = (text: string): string | undefined =>
    pinActions([{ path: "w.yml", text }], ({ tag }) => (tag.startsWith("v") ? commit : null)).files[0]?.text;
  const steps = (...lines: readonly string[]): string =>
    ["on: push", "jobs:", "  a:", "    steps:", ...lines.map((one) => `      ${one}`), ""].join("\n");

  test.each([
    ["a step", "- uses: a/b@v1", `- uses: a/b@${commit} # v1`],
    ["one in quotes", `- uses: "a/b@v1"`, `- uses: "a/b@${commit}" # v1`],
    ["one with a path", "- uses: a/b/c/d@v1.2.3", `- uses: a/b/c/d@${commit} # v1.2.3`],
    ["one with a comment", "- uses: a/b@v1   # why", `- uses: a/b@${commit} # v1 why`],
    ["one whose comment has the tag", "- uses: a/b@v1 # v1 (2024)", `- uses: a/b@${commit} # v1 (2024)`],
    ["one in braces", "- { uses: a/b@v1, with: { x: 1 } }", `- { uses: a/b@${commit}, with: { x: 1 } } # v1`],
    ["with spaces behind it", "- uses: a/b@v1  ", `- uses: a/b@${commit} # v1`],
  ])("%s", (_, before, after) => {
    expect(pin(steps(before, "- run: make # a/b@v1"))).toBe(steps(after, "- run: make # a/b@v1"));
  });

  test("with the ends of lines that the file has", () => {
    expect(pin(steps("- uses: a/b@v1").replaceAll("\n", "\r\n"))).toBe(
      steps(`- uses: a/b@${commit} # v1`).replaceAll("\n", "\r\n"),
    );
  });

  test("in a job that is a reusable workflow", () => {
    expect(pin("jobs:\n  a:\n    uses: a/b/.github/workflows/x.yml@v1\n")).toBe(
      `jobs:\n  a:\n    uses: a/b/.github/workflows/x.yml@${commit} # v1\n`,
    );
  });

  test("in an action of the repository's own", () => {
    expect(pin("runs:\n  using: composite\n  steps:\n    - uses: a/b@v1\n")).toBe(
      `runs:\n  using: composite\n  steps:\n    - uses: a/b@${commit} # v1\n`,
    );
  });

  test.each([
    "- uses: actions/checkout@v5",
    "- uses: ./local",
    `- uses: a/b@${commit}`,
    "- run: |\n          uses: a/b@v1",
  ])("but not %s", (step) => {
    expect(pin(steps(step))).toBeUndefined();
  });

  test("what cannot be pinned is left to a person, and said", () => {
    const files = [{ path: "w.yml", text: steps("- uses: a/b@main", "- uses: docker://x:1", "- uses: a/b@v1") }];
    const { left, pinned } = pinActions(files, ({ tag }) => (tag === "v1" ? commit : null));
    expect(left).toEqual([
      "w.yml: a/b@main names no tag that can be looked up",
      "w.yml: docker://x:1 names no tag that can be looked up",
    ]);
    expect(pinned).toEqual([`w.yml: a/b@v1 → ${commit}`]);
    expect(actionsToPin(files)).toEqual([
      { repository: "a/b", tag: "main" },
      { repository: "a/b", tag: "v1" },
    ]);
  });

  test("a text in which the same words stand elsewhere keeps them", () => {
    const text = steps("- name: a/b@v1", "  uses: a/b@v1", "  with: { uses: a/b@v1 }");
    expect(pin(text)).toBe(steps("- name: a/b@v1", `  uses: a/b@${commit} # v1`, "  with: { uses: a/b@v1 }"));
  });
});
