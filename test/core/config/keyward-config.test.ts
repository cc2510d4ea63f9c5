import { describe, expect, test } from "vitest";
import { parseKeywardFile, toKeywardConfig, type FileOwner } from "../../../src/core/config/keyward-config.ts";

const mistakesOf = (text: string, owner: FileOwner = "repository") => {
  const parsed = parseKeywardFile(text, owner);
  return parsed.kind === "read" ? [] : parsed.mistakes.map(({ line, column, message }) => [line, column, message]);
};

describe("a keyward.yml", () => {
  test.each(["", "# later\n", "{}", "incidents:\n  probing: false\n"])("may say as little as %j", (text) => {
    expect(mistakesOf(text)).toEqual([]);
  });

  test.each([
    [
      "a key that is misspelt",
      "incidents:\n  probbing: true\n",
      2,
      3,
      "there is no `probbing` in `incidents`; did you mean `probing`?",
    ],
    ["a section that does not exist", "polizei: {}\n", 1, 1, "there is no `polizei`; expected"],
    [
      "a value of another kind",
      "incidents:\n  probing: sometimes\n",
      2,
      3,
      "`incidents.probing`: expected true or false; found a text",
    ],
    ["no mapping at all", "- a\n- b\n", 1, 1, "the file: expected a mapping; found a list"],
    [
      "a word that is none of those",
      "incidents:\n  class-rules:\n    - class: hihg\n",
      3,
      7,
      '`incidents.class-rules[0].class`: expected low, moderate or high; found something else; did you mean "high"?',
    ],
    ["a key twice", "incidents:\n  probing: true\n  probing: false\n", 3, 3, "not valid YAML (duplicate key)"],
    ["text that is no YAML", "incidents: [\n\n", 3, 1, "not valid YAML"],
    ["what an organization alone may say", "providers: {}\n", 1, 1, "there is no `providers`"],
  ])("with %s is refused at its place", (_, text, line, column, message) => {
    expect(mistakesOf(text)).toEqual([[line, column, expect.stringContaining(message)]]);
  });

  test("is never quoted where it could hold a secret", () => {
    const secret = "Tr0ub4dor&3";
    const texts = [
      `incidents:\n  probing: ${secret}\n`,
      `incidents:\n  ${secret}: 1\n`,
      `{ ${secret}`,
      `${secret}: *x`,
    ];
    for (const text of texts) {
      expect(mistakesOf(text)).not.toEqual([]);
      expect(JSON.stringify(mistakesOf(text))).not.toContain("Tr0ub");
    }
  });

  test("that unfolds to many times its size is refused", () => {
    const level = (of: number) => `a${of}: &a${of} [${Array.from({ length: 10 }, () => `*a${of - 1}`).join(", ")}]\n`;
    const bomb = ["a0: &a0 [x]\n", ...[1, 2, 3, 4, 5, 6, 7, 8].map(level)].join("");
    expect(mistakesOf(bomb)).toHaveLength(1);
  });

  test("that is longer than anybody writes is refused", () => {
    expect(mistakesOf(`# ${"x".repeat(300 * 1024)}`)).toEqual([[1, 1, "expected at most 256 KiB; found more"]]);
  });
});

test.each([
  ["nothing is said", "", "", false],
  ["the organization says so", "redact: true", "", true],
  ["the repository says so", "", "redact: true", true],
  ["the repository says otherwise", "redact: true", "redact: false", false],
])("credentials in texts are masked only where somebody says so: %s", (_, organization, repository, expected) => {
  const [over, under] = [parseKeywardFile(organization, "organization"), parseKeywardFile(repository, "repository")];
  if (over.kind !== "read" || under.kind !== "read") throw new Error("the test's own files have mistakes");
  expect(toKeywardConfig({ name: "", file: over.file }, { name: "", file: under.file }, "shop", []).redact).toBe(
    expected,
  );
});

describe("the section incidents of a repository, over its organization's", () => {
  const incidents = (organization: string, repository: string) => {
    const [over, under] = [parseKeywardFile(organization, "organization"), parseKeywardFile(repository, "repository")];
    if (over.kind !== "read" || under.kind !== "read") throw new Error("the test's own files have mistakes");
    return toKeywardConfig({ name: "", file: over.file }, { name: "", file: under.file }, "shop", []).incidents;
  };

  test("wins key by key", () => {
    const found = incidents(
      "incidents: { overlap-hours: 1, remind-every-hours: 2 }",
      "incidents: { overlap-hours: 3 }",
    );
    expect(found).toMatchObject({ overlapHours: 3, remindEveryHours: 2 });
  });

  test("cannot have a provider asked that the organization says no to", () => {
    expect(incidents("incidents: { probing: false }", "incidents: { probing: true }").probing).toBe(false);
    expect(incidents("incidents: {}", "incidents: { probing: false }").probing).toBe(false);
  });

  test("cannot change who may say a verb of which the organization speaks", () => {
    const { rights } = incidents(
      "incidents: { rights: { dismiss: { teams: [acme/security] } } }",
      "incidents: { rights: { dismiss: { role: write }, snooze: { role: admin } } }",
    );
    expect(rights.dismiss).toEqual({ role: "admin", teams: ["acme/security"] });
    expect(rights.snooze).toEqual({ role: "admin", teams: [] });
  });

  test("has its class rules tried before the organization's", () => {
    const rule = (name: string) => `incidents: { class-rules: [{ class: high, paths: [${name}] }] }`;
    expect(incidents(rule("theirs"), rule("ours")).rules.map(({ paths }) => paths)).toEqual([["ours"], ["theirs"]]);
  });
});
