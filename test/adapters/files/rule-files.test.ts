import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadDefaultRules, type LoadedRules, loadRules } from "../../../src/adapters/files/rule-files.ts";

const folder = mkdtempSync(join(tmpdir(), "keyward-rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const loadUserRules = (path: string): LoadedRules =>
  loadRules({ files: [path], withDefault: false, disabled: [], inCode: ["generic-api-key"] });

const rule = (id: string): string => `[[rules]]\nid = "${id}"\nregex = "${id}{3}"\n`;

describe("a user's rule file", () => {
  it("brings what it extends, from its own folder", () => {
    write("shared/base.toml", `[extend]\npath = "deeper/first.toml"\n${rule("b")}`);
    write("shared/deeper/first.toml", rule("a"));
    const { ruleSet, problems } = loadUserRules(
      write("mine.toml", `[extend]\npath = "shared/base.toml"\n${rule("c")}`),
    );
    expect(problems).toEqual([]);
    expect(ruleSet.rules.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("brings what it extends from where the person stands if it is not in its own folder, as gitleaks does", () => {
    const base = write("elsewhere/common.toml", rule("a"));
    const path = relative(process.cwd(), base);
    const mine = write("mine/rules.toml", `[extend]\npath = "${path}"\n${rule("b")}`);
    const { ruleSet, problems } = loadUserRules(mine);
    expect(problems).toEqual([]);
    expect(ruleSet.rules.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("cannot extend both a file and Keyward's own rules, and is told so", () => {
    write("base.toml", rule("a"));
    const both = write("both.toml", `[extend]\nuseDefault = true\npath = "base.toml"\n${rule("b")}`);
    const { ruleSet, problems } = loadUserRules(both);
    expect(ruleSet.rules.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(problems).toMatchObject([{ severity: "error", line: 2, message: expect.stringContaining("exclude") }]);
  });

  it("can start from Keyward's own rules", () => {
    const own = loadDefaultRules().ruleSet.rules.map(({ id }) => id);
    const [first = ""] = own;
    const path = write("default.toml", `[extend]\nuseDefault = true\ndisabledRules = ["${first}"]\n${rule("x")}`);
    const { ruleSet, problems } = loadUserRules(path);
    expect(problems).toEqual([]);
    expect(ruleSet.rules.map(({ id }) => id)).toEqual([...own.slice(1), "x"]);
  });

  it("takes the place of Keyward's own rule of the same id, and may leave others out", () => {
    const [first = "", second = ""] = loadDefaultRules().ruleSet.rules.map(({ id }) => id);
    const path = write("over.toml", `[[rules]]\nid = "${first}"\nregex = "xyz"\n`);
    const { ruleSet, problems } = loadRules({ files: [path], withDefault: true, disabled: [second], inCode: [] });
    expect(problems).toEqual([]);
    expect(ruleSet.rules.filter(({ id }) => id === first).map(({ regex }) => regex?.re2)).toEqual(["xyz"]);
    expect(ruleSet.rules.some(({ id }) => id === second)).toBe(false);
  });

  it("is about rules of detectors too, where it extends Keyward's own", () => {
    const about = `id = "generic-api-key"\n[[rules.allowlists]]\nregexes = ["known"]\n`;
    const path = write(
      "detectors.toml",
      `[extend]\nuseDefault = true\ndisabledRules = ["generic-api-key"]\n[[allowlists]]\ntargetRules = ["generic-api-key"]\npaths = ["x"]\n[[rules]]\n${about}`,
    );
    const { ruleSet, disabled, problems } = loadUserRules(path);
    expect({ problems, disabled }).toEqual({ problems: [], disabled: ["generic-api-key"] });
    expect(ruleSet.allowlists.filter(({ targetRules }) => targetRules.includes("generic-api-key"))).toMatchObject([
      { paths: [{ re2: "x" }] },
      { regexes: [{ re2: "known" }] },
    ]);
  });

  it("may change rules of gitleaks that are not Keyward's, and is told", () => {
    const change = `[[rules]]\nid = "github-pat"\n[[rules.allowlists]]\npaths = ["x"]\n`;
    const { problems } = loadUserRules(write("of-gitleaks.toml", `[extend]\nuseDefault = true\n${change}`));
    expect(problems).toMatchObject([
      { severity: "warning", line: 4, message: expect.stringContaining('no rule "github-pat"') },
    ]);
    const alone = loadUserRules(write("of-nobody.toml", change));
    expect(alone.problems).toMatchObject([{ severity: "error", line: 2 }]);
  });

  it("that extends itself comes to an end, and says so", () => {
    const { problems } = loadUserRules(write("loop.toml", `[extend]\npath = "loop.toml"\n${rule("a")}`));
    expect(problems[0]).toMatchObject({
      severity: "error",
      line: 2,
      message: expect.stringContaining("more than 2 deep"),
    });
  });

  it("does not fetch rules from the network", () => {
    const { problems } = loadUserRules(write("url.toml", `[extend]\nurl = "https://x.example/r.toml"\n${rule("a")}`));
    expect(problems[0]).toMatchObject({ severity: "warning", message: expect.stringContaining("not fetched") });
  });

  it("that is not there is an error that names it", () => {
    expect(loadUserRules(join(folder, "missing.toml")).problems).toMatchObject([
      { severity: "error", file: expect.stringContaining("missing.toml") as unknown, line: 1 },
    ]);
  });
});
