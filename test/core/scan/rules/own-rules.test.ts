import { describe, expect, test } from "vitest";
import { parseKeywardFile } from "../../../../src/core/config/keyward-config.ts";
import { chosenRules, disabledBy, problemsOfToml, type OwnRules } from "../../../../src/core/scan/rules/own-rules.ts";
import { parseRuleFile } from "../../../../src/core/scan/rules/rule-file.ts";
import { ruleSetOf } from "../../../../src/core/scan/rules/rule-set.ts";

const rule = (id: string, regex = "x[0-9]{8}"): string => `[[rules]]\nid = "${id}"\nregex = '''${regex}'''\n`;
const base = ruleSetOf([parseRuleFile(rule("a") + rule("b"), "base", [])]);
const toml = (text: string, mayExcuse: boolean): OwnRules => ({
  file: "f",
  content: { kind: "toml", text },
  mayExcuse,
});
const idsOf = (...own: readonly OwnRules[]) => chosenRules(base, { own, disabled: [] }).rules.map(({ id }) => id);
const excusing = `${rule("b", "never")}${rule("c")}[extend]\ndisabledRules = ["a"]\n[[allowlists]]\npaths = ['''.*''']\n`;

describe("rules of one's own", () => {
  test("are looked for beside Keyward's", () => {
    expect(idsOf(toml(rule("c"), false))).toEqual(["a", "b", "c"]);
  });

  test("take away from what is found where their owner may", () => {
    const chosen = chosenRules(base, { own: [toml(excusing, true)], disabled: [] });
    expect(chosen.rules.map(({ id, regex }) => [id, regex?.re2])).toEqual([
      ["b", "never"],
      ["c", "x[0-9]{8}"],
    ]);
    expect(chosen.allowlists).toHaveLength(1);
    expect(disabledBy({ own: [toml(excusing, true)], disabled: ["z"] })).toEqual(["z", "a"]);
  });

  test("add and do nothing else where their owner may not", () => {
    const chosen = chosenRules(base, { own: [toml(excusing, false)], disabled: [] });
    expect(chosen.rules.map(({ id, regex }) => [id, regex?.re2])).toEqual([
      ["a", "x[0-9]{8}"],
      ["b", "x[0-9]{8}"],
      ["c", "x[0-9]{8}"],
    ]);
    expect(chosen.allowlists).toEqual([]);
    expect(disabledBy({ own: [toml(excusing, false)], disabled: [] })).toEqual([]);
  });

  test("leave out what is disabled", () => {
    expect(chosenRules(base, { own: [], disabled: ["a"] }).rules.map(({ id }) => id)).toEqual(["b"]);
  });

  test("that only change a rule of the file they extend change nothing of Keyward's", () => {
    const text = `[extend]\nuseDefault = true\n[[rules]]\nid = "a"\n[[rules.allowlists]]\npaths = ['''.*''']\n`;
    expect(problemsOfToml(text, "f")).toEqual([]);
    expect(chosenRules(base, { own: [toml(text, true)], disabled: [] }).rules).toEqual(base.rules);
  });
});

describe("a file of rules with a mistake", () => {
  test.each([
    ["a regex that is none", rule("c", "x(["), 3],
    ["a regex that could take for ever", rule("c", "(?:a|b|ab)*c(?:a|b|ab)*d{1,900}(?:e{1,900}){1,900}"), 3],
    ["text that is no TOML", "[[rules]\n", 1],
    ["another file it starts from", `title = "x"\n[extend]\npath = "other.toml"\n`, 3],
  ])("such as %s is refused on its line", (_, text, line) => {
    expect(problemsOfToml(text, "f")).toMatchObject([{ file: "f", line }]);
  });

  test("is refused for its length", () => {
    expect(problemsOfToml(`# ${"x".repeat(300_000)}`, "f")).toMatchObject([
      { line: 1, message: "expected at most 256 KiB; found more" },
    ]);
  });
});

describe("rules in keyward.yml", () => {
  const mistakes = (text: string) => {
    const parsed = parseKeywardFile(text, "repository");
    return parsed.kind === "read" ? [] : parsed.mistakes.map(({ line, message }) => `${line}: ${message}`);
  };

  test.each(["rules: .gitleaks.toml", "rules: []", "rules:\n  - { id: acme, regex: 'acme_[a-z]{20}' }"])(
    "may be written as %j",
    (text) => {
      expect(mistakes(text)).toEqual([]);
    },
  );

  test.each([
    ["rules: 7", /^1: .*path of a TOML file/],
    ["rules:\n  - id: acme\n    regexx: a", /^3: there is no `regexx` in `rules\[0\]`; did you mean `regex`\?/],
    ["rules:\n  - id: acme\n    regex: 'a(['", /^3: regex refused/],
    [
      `rules:\n  - id: acme\n    regex: '${"[a-z]{1000}".repeat(8)}'`,
      /^3: regex refused .*too large to be matched in linear time/,
    ],
    ["rules:\n  - { id: acme }", /^2: a rule needs a `regex`/],
  ])("are refused on their line: %j", (text, message) => {
    expect(mistakes(text)).toEqual([expect.stringMatching(message)]);
  });
});
