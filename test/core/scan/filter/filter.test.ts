import { describe, expect, it } from "vitest";
import { parseFilter } from "../../../../src/core/scan/filter/parse-filter.ts";
import { rulesOf, secretsWith } from "../../../support/scan-with.ts";

const rule = (filter: string): string =>
  `[[rules]]\nid = "r"\nregex = '''key=([A-Za-z0-9]+)'''\nfilter = '''\n${filter}\n'''\n`;

/** Whether the filter drops the secret of `key=<secret>` in src/app.txt. */
const drops = (filter: string, secret: string): boolean =>
  secretsWith(rule(filter), `let key=${secret} // note`, "src/app.txt").length === 0;

describe("a filter", () => {
  it.each([
    ['entropy(finding["secret"]) <= 2.0', "aabbccdd", "abcdefgh"],
    ['filter.entropy(finding["secret"]) < 2.0', "aabb", "aabbccdd"],
    ['matchesAny(finding["secret"], [`^a`, "b$"])', "xxb", "xbx"],
    ['!matchesAny(finding["secret"], [`[0-9]`])', "abc", "abc1"],
    ['containsAny(finding["secret"], ["TEST",])', "mytestkey", "mykey"],
    ['matchesAny(finding["match"], [`^key=a`])', "a1", "b1"],
    ['containsAny(finding["line"], ["note"]) && entropy(finding["secret"]) <= 1.0', "aaaa", "abcd"],
    ['matchesAny(get(attributes, "path", ""), [`^src/`]) && matchesAny(finding["secret"], ["^a"])', "abc", "bcd"],
    ['matchesAny((attributes["path"] ?? ""), [`^src/`]) && matchesAny(finding["secret"], ["^a"])', "abc", "bcd"],
    ['(entropy(finding["secret"]) < 1.0 || matchesAny(finding["secret"], ["^b"])) // why', "bcd", "cde"],
  ])("%s drops %s and keeps %s", (filter, dropped, kept) => {
    expect([drops(filter, dropped), drops(filter, kept)]).toEqual([true, false]);
  });

  it("of the file holds for every rule; a prefilter is about paths", () => {
    const plain = rule("").replace(/filter = '''\n\n'''\n/, "");
    const withFilter = `filter = '''matchesAny(finding["secret"], ["^a"])'''\n${plain}`;
    expect(secretsWith(withFilter, "key=abc key=bcd")).toEqual(["bcd"]);
    const withPrefilter = `prefilter = '''matchesAny(get(attributes, "path", ""), [\`\\.lock$\`])'''\n${plain}`;
    expect(secretsWith(withPrefilter, "key=abc", "yarn.lock")).toEqual([]);
    expect(secretsWith(withPrefilter, "key=abc", "yarn.txt")).toEqual(["abc"]);
  });

  it.each([
    ['failsTokenEfficiency(finding["secret"])', "failsTokenEfficiency(…) is not supported"],
    ['let x = finding["secret"]; true', "stands where"],
    ['entropy(finding["fragment_raw"]) < 2', "finding.fragment_raw is not known here"],
    ['matchesAny(attributes["git.sha"], ["^a"])', "attributes.git.sha is not known here"],
    ['entropy(finding["secret"]) > 2', 'stands where "<" was expected'],
    ['matchesAny(finding["secret"], [`(?=a)`])', "no lookahead"],
    ['entropy(finding["secret"]) < 2 2', "was not expected"],
    ["", "the end"],
  ])("%s is refused: %s", (filter, reason) => {
    expect(parseFilter(filter)).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
  });

  it("that is refused is told, and drops nothing", () => {
    const { ruleSet, problems } = rulesOf(rule('failsTokenEfficiency(finding["secret"])'));
    expect(problems).toEqual([
      "rules.toml:4: warning: r: the filter expression is not evaluated, so more may be found than there: failsTokenEfficiency(…) is not supported",
    ]);
    expect(ruleSet.rules[0]?.filter).toBeNull();
  });
});
