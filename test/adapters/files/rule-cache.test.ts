import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { cachedRules } from "../../../src/adapters/files/rule-cache.ts";
import { compileOwnRules, loadDefaultRules, patternsFolder } from "../../../src/adapters/files/rule-files.ts";
import { testDirectory } from "../../support/keyward-cli.ts";

const ruleSet = { rules: [], allowlists: [], filters: [] };

test("Keyward's own rules come out of the cache as they went in", () => {
  const environment = { XDG_CACHE_HOME: testDirectory() };
  const made = compileOwnRules();
  cachedRules(patternsFolder, environment, () => made);
  const kept = cachedRules(patternsFolder, environment, () => expect.fail("compiled again"));
  expect(kept.ruleSet).toEqual(made.ruleSet);
  expect(loadDefaultRules()).toEqual({ ...made, hasOwn: true, disabled: [] });
});

test("rules are compiled again when a file changes, when the cache is broken, and when they had problems", () => {
  const [folder, cache] = [testDirectory(), testDirectory()];
  const compile = vi.fn<Parameters<typeof cachedRules>[2]>(() => ({ ruleSet, problems: [] }));
  const load = (): number => {
    cachedRules(folder, { XDG_CACHE_HOME: cache }, compile);
    return compile.mock.calls.length;
  };
  writeFileSync(join(folder, "a.toml"), "one");
  expect([load(), load()]).toEqual([1, 1]);
  writeFileSync(join(folder, "a.toml"), "two");
  expect([load(), load()]).toEqual([2, 2]);
  const names = readdirSync(join(cache, "keyward"));
  expect(names.length).toBe(2);
  for (const name of names) writeFileSync(join(cache, "keyward", name), "{");
  expect([load(), load()]).toEqual([3, 3]);
  const problem = { severity: "warning", file: "a", line: 1, ruleId: null, message: "m" } as const;
  compile.mockReturnValue({ ruleSet, problems: [problem] });
  writeFileSync(join(folder, "a.toml"), "three");
  expect([load(), load()]).toEqual([4, 5]);
});

test("of many states the last are kept", () => {
  const [folder, cache] = [testDirectory(), testDirectory()];
  for (let state = 0; state < 20; state++) {
    writeFileSync(join(folder, "a.toml"), String(state));
    cachedRules(folder, { XDG_CACHE_HOME: cache }, () => ({ ruleSet, problems: [] }));
  }
  expect(readdirSync(join(cache, "keyward")).length).toBe(8);
});

test("a cache that cannot be written costs nothing but time", () => {
  const home = testDirectory();
  writeFileSync(join(home, "keyward"), "a file where the directory would be");
  const folder = join(home, "rules");
  mkdirSync(folder);
  expect(cachedRules(folder, { XDG_CACHE_HOME: home }, () => ({ ruleSet, problems: [] })).ruleSet).toBe(ruleSet);
});
