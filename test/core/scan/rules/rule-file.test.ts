import { describe, expect, it } from "vitest";
import { parseRuleFile } from "../../../../src/core/scan/rules/rule-file.ts";
import { describeProblem, describeProblems, type RuleProblem } from "../../../../src/core/scan/rules/rule-problem.ts";
import { extended, ruleSetOf } from "../../../../src/core/scan/rules/rule-set.ts";
import { rulesOf } from "../../../support/scan-with.ts";

const provider = `provider = "Acme"
[[rules]]
id = "acme-key"
description = "Acme key"
severity = "high"
confidence = "strong"
regex = '''acme_[a-z]{8}'''
keywords = ["acme_"]
examples = ["a", "b"]
nearMisses = ["c", "d"]
`;

describe("a provider's file", () => {
  it("is read", () => {
    const { ruleSet, problems } = rulesOf(`${provider}prefix = "acme_"\nfamily = "acme"\n`);
    expect(problems).toEqual([]);
    expect(ruleSet.rules[0]).toMatchObject({
      id: "acme-key",
      provider: "Acme",
      title: "Acme key",
      family: "acme",
      prefixes: ["acme_"],
      specificity: 100,
    });
  });

  it.each([
    ["a misspelt key", 'keyword = ["x"]', '11: error: acme-key: unknown key "keyword"; did you mean "keywords"?'],
    [
      "a key like no other",
      "zzzzzzzz = 1",
      '11: error: acme-key: unknown key "zzzzzzzz"; allowed here: id, description,',
    ],
    [
      "a misspelt key further in",
      '[[rules.allowlists]]\n\nregexs = ["x"]',
      '13: error: acme-key: unknown key "regexs"; did you mean "regexes"?',
    ],
    ["a wrong kind of value", 'entropy = "high"', "11: error: acme-key: entropy: Invalid input: expected number"],
    [
      "an unknown choice",
      'checksum = "crc"',
      '11: error: acme-key: checksum: Invalid option: expected one of "github-crc32"',
    ],
    [
      "a part that does not exist",
      'required = [{ id = "acme-kay" }]',
      '11: error: acme-key: it is never found: there is no rule "acme-kay"; did you mean "acme-key"?',
    ],
  ])("with %s is refused, saying where", (_what, lines, problem) => {
    expect(rulesOf(provider + lines).problems).toEqual([expect.stringContaining(`rules.toml:${problem}`)]);
  });

  it.each(["description", "severity", "confidence", "examples", "nearMisses"])("needs %s", (key) => {
    const without = provider.replace(new RegExp(`^${key} = .*\\n`, "m"), "");
    expect(rulesOf(without).problems).toEqual([expect.stringContaining(`error: acme-key: ${key}`)]);
  });

  it("with a misspelt key at the top is refused there", () => {
    expect(rulesOf(`hompage = "https://x.y"\n${provider}`).problems).toEqual([
      'rules.toml:1: error: unknown key "hompage"; did you mean "homepage"?',
    ]);
  });
});

describe("a regex that cannot be used", () => {
  it.each([
    ["a(?=b)", 'regex refused at "(?=b)": RE2 has no lookahead or lookbehind'],
    ["a*", 'regex refused at "a*": it matches the empty string, so it would be found everywhere'],
    ["(a", 'regex refused at "(a": this ( has no closing )'],
  ])("costs its rule: %s", (regex, message) => {
    const { ruleSet, problems } = rulesOf(
      `[[rules]]\nid = "a"\nregex = '''x'''\n[[rules]]\nid = "b"\n\nregex = '''${regex}'''`,
    );
    expect(ruleSet.rules.map(({ id }) => id)).toEqual(["a"]);
    expect(problems).toEqual([`rules.toml:7: error: b: ${message}`]);
  });

  it("in an allowlist costs the allowlist, so that nothing is excused for it", () => {
    const { ruleSet, problems } = rulesOf(
      `[[rules]]\nid = "a"\nregex = "x"\n[[rules.allowlists]]\nregexes = ["(?=a)", "b"]`,
    );
    expect(ruleSet.rules[0]?.allowlists).toEqual([]);
    expect(problems).toHaveLength(1);
  });
});

describe("a user's file", () => {
  it("is read with keys in any case and the old allowlists", () => {
    const { ruleSet, problems } = rulesOf(`
Title = "mine"
minVersion = "v8.25.0"
[AllowList]
Paths = ['''\\.lock$''']
[[Rules]]
ID = "a"
Regex = '''(x)(y)'''
SecretGroup = 2
Keywords = ["X"]
[Rules.allowlist]
StopWords = ["Test"]
condition = "and"
`);
    expect(problems).toEqual([]);
    expect(ruleSet.rules[0]).toMatchObject({
      id: "a",
      provider: "Custom",
      secretGroup: 2,
      keywords: ["x"],
      confidence: "medium",
    });
    expect(ruleSet.rules[0]?.allowlists[0]).toMatchObject({
      condition: "all",
      stopwords: ["test"],
      regexTarget: "secret",
    });
    expect(ruleSet.allowlists[0]?.paths).toHaveLength(1);
  });

  it("may hold keys nobody knows: each is an error with its place, and the rest is used", () => {
    const { ruleSet, problems } = rulesOf(`color = "red"\n[[rules]]\nid = "a"\nregex = "x"\nkeyword = ["x"]`);
    expect(ruleSet.rules).toHaveLength(1);
    expect(problems).toEqual([
      expect.stringContaining('rules.toml:1: error: unknown key "color"'),
      'rules.toml:5: error: a: unknown key "keyword"; did you mean "keywords"?',
    ]);
  });

  it("has its problems told where they are, in whatever case its keys are", () => {
    const text = `Title = "x"\n[[Rules]]\nID = "a"\nRegex = "a(?=b)"\n[Rules.AllowList]\nColor = 1\n`;
    expect(rulesOf(text).problems).toEqual([
      expect.stringMatching(/^rules\.toml:6: error: a: unknown key "Color"/),
      expect.stringMatching(/^rules\.toml:4: error: a: regex refused/),
    ]);
  });

  it.each([
    [`[rules]\nid = "a"\nregex = "x"`, "one [rules] table"],
    [`rules = "x"`, "a string"],
  ])("whose rules are none says so: %j", (text, found) => {
    expect(rulesOf(text)).toMatchObject({
      ruleSet: { rules: [] },
      problems: [`rules.toml:1: error: expected [[rules]], one for each rule; found ${found}`],
    });
  });

  it.each([
    ["commits", `[[rules.allowlists]]\ncommits = ["abc"]`, "`commits` excuse in scans of commits on the command line"],
    ["tokenEfficiency", "tokenEfficiency = true", "tokenEfficiency"],
    ["validation", 'validate = "http.get()"', "validation expressions are not run"],
    ["an allowlist that tests nothing", `[[rules.allowlists]]\ndescription = "x"`, "tests nothing"],
  ])("is told what is not honoured: %s", (_what, lines, message) => {
    const { problems } = rulesOf(
      `[[rules]]\nid = "a"\nregex = "x"\n${lines}`.replace("tokenEfficiency", "tokenEfficiency"),
    );
    expect(problems.join("\n")).toMatch(message === "tokenEfficiency" ? /reads like words/ : new RegExp(message));
  });

  it("with a group that does not exist loses that rule", () => {
    expect(rulesOf(`[[rules]]\nid = "a"\nregex = "(x)"\nsecretGroup = 2`)).toMatchObject({
      ruleSet: { rules: [] },
      problems: ["rules.toml:4: error: a: the regex has 1 groups, secretGroup is 2"],
    });
  });

  it("with two rules of one id keeps the first", () => {
    const { ruleSet, problems } = rulesOf(`[[rules]]\nid = "a"\nregex = "x"\n[[rules]]\nid = "a"\nregex = "y"`);
    expect(ruleSet.rules.map((rule) => rule.regex?.re2)).toEqual(["x"]);
    expect(problems).toEqual(['rules.toml:5: error: a: there is a rule "a" already; this one is left out']);
  });

  it("that is not TOML says where", () => {
    expect(rulesOf(`title = "x"\n[[rules]\nid = 1`).problems).toEqual([
      expect.stringMatching(/^rules\.toml:2: error: not valid TOML/),
    ]);
  });

  it("finds its lines also after strings of several lines", () => {
    const { problems } = rulesOf(
      `description = """\n[[rules]]\nid = "no"\n"""\n[[rules]]\nid = "a"\nregex = '''(?x)\nb'''\nfoo = 1`,
    );
    expect(problems.map((line) => line.split(":")[1])).toEqual(["9", "7"]);
  });
});

describe("a file that extends another", () => {
  const base = `[[rules]]
id = "a"
description = "A"
regex = "a+"
keywords = ["a"]
[[rules]]
id = "b"
regex = "b+"
`;

  function extend(text: string): { readonly set: ReturnType<typeof ruleSetOf>; readonly problems: readonly string[] } {
    const problems: RuleProblem[] = [];
    const file = parseRuleFile(text, "mine.toml", problems);
    const set = ruleSetOf([
      extended({ ...parseRuleFile(base, "base.toml", problems), isDefault: false, inCode: [] }, file),
    ]);
    return { set, problems: problems.map(describeProblem) };
  }

  it("adds to it, and takes over what it says about a rule", () => {
    const { set, problems } = extend(
      `[[rules]]\nid = "a"\nentropy = 3\nkeywords = ["aa"]\n[[rules]]\nid = "c"\nregex = "c"`,
    );
    expect(problems).toEqual([]);
    expect(set.rules.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(set.rules[0]).toMatchObject({ title: "A", entropy: 3, keywords: ["a", "aa"], regex: { re2: "a+" } });
  });

  it("with two rules of one id uses the last, and is told of the other", () => {
    const { set, problems } = extend(`[[rules]]\nid = "c"\nregex = "c"\n[[rules]]\nid = "c"\nregex = "d"`);
    expect(problems).toEqual(['mine.toml:2: error: c: another rule "c" below takes its place; this one is left out']);
    expect(set.rules.map(({ regex }) => regex?.re2)).toEqual(["a+", "b+", "d"]);
  });

  it("can leave rules out, and is told of those that are not there", () => {
    const { set, problems } = extend(`[extend]\ndisabledRules = ["b", "aa"]`);
    expect(set.rules.map(({ id }) => id)).toEqual(["a"]);
    expect(problems).toEqual(['mine.toml:2: warning: to disable: there is no rule "aa"; did you mean "a"?']);
  });

  it("is told of rules it excuses that are not there", () => {
    const { problems } = extend(`[[allowlists]]\ntargetRules = ["zzz"]\npaths = ["x"]`);
    expect(problems).toEqual(['mine.toml:1: warning: targetRules: there is no rule "zzz"']);
  });
});

it("what is said of many rules of a file is told once, and each error by itself", () => {
  const problem = { severity: "warning", file: "a.toml", line: 1, ruleId: "a", message: "not run" } as const;
  const errors = [2, 3].map((line) => ({ ...problem, severity: "error" as const, line, message: "refused" }));
  const problems = [problem, { ...problem, line: 9, ruleId: "b" }, ...errors, { ...problem, file: "b.toml" }];
  expect(describeProblems(problems)).toEqual([
    "a.toml:1: warning: a: not run (and so for one more rule)",
    "a.toml:2: error: a: refused",
    "a.toml:3: error: a: refused",
    "b.toml:1: warning: a: not run",
  ]);
});
