import { describe, expect, it } from "vitest";
import { ownersOf, parseCodeOwners, patternMatches } from "../../../src/core/incident/code-owners.ts";

describe("a pattern", () => {
  it.each([
    ["*", "a/b.ts", true],
    ["*.js", "deep/down/a.js", true],
    ["*.js", "a.jsx", false],
    ["/build/logs/", "build/logs/a/b.log", true],
    ["/build/logs/", "x/build/logs/a.log", false],
    // Of the directory itself, but not below it.
    ["docs/*", "docs/start.md", true],
    ["docs/*", "docs/build/more.md", false],
    ["apps/", "x/apps/y/z.ts", true],
    ["/docs/", "docs/a", true],
    ["/scripts/", "x/scripts/a", false],
    ["**/logs", "build/logs/a", true],
    ["**/logs", "logs", true],
    ["/apps/github", "apps/github/a", true],
    ["/apps/github", "apps/githubber", false],
    ["src/**/test.ts", "src/a/b/test.ts", true],
    ["src/**/test.ts", "src/test.ts", true],
    ["src/**", "src/a/b", true],
    ["src/**", "src", false],
    ["file?.ts", "dir/file1.ts", true],
    ["file?.ts", "dir/file.ts", false],
    ["a+b(c).ts", "a+b(c).ts", true],
    ["README.md", "readme.md", false],
    ["node_modules", "x/node_modules/y", true],
  ])("%s on %s: %s", (pattern, path, expected) => {
    expect(patternMatches(pattern, path)).toBe(expected);
  });
});

describe("a CODEOWNERS file", () => {
  const rules = parseCodeOwners(`
# everything
*       @acme/everyone   # the default
*.ts    @alice @acme/front-end
/docs/  docs@example.com
/docs/api/
with\\ space.txt @bob
!*.md   @never
[a-z].c @never
*.go    not-an-owner
src/#x  @carol
`);

  it.each([
    ["main.py", ["acme/everyone"]],
    ["src/a.ts", ["alice", "acme/front-end"]],
    ["docs/a.md", ["docs@example.com"]],
    ["docs/api/a.md", []],
    ["with space.txt", ["bob"]],
    ["b.c", ["acme/everyone"]],
    ["main.go", ["acme/everyone"]],
  ])("the last pattern that fits %s owns it", (path, owners) => {
    expect(ownersOf(path, rules)).toEqual(owners);
  });

  it("of nobody owns nothing", () => {
    expect(ownersOf("a", parseCodeOwners(""))).toEqual([]);
  });
});
