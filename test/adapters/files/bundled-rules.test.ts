import { expect, test } from "vitest";
import { bundledRules, bytesOfRules, rulesOf } from "../../../src/adapters/files/bundled-rules.ts";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";

const { ruleSet } = loadDefaultRules();

test("rules come out of a bundle as they went in, but for their examples", () => {
  const bytes = bytesOfRules(ruleSet);
  const rules = ruleSet.rules.map((rule) => ({ ...rule, examples: [], nearMisses: [] }));
  // A thread is sent what it needs: what is read when asked for must be sent too.
  expect(structuredClone(rulesOf(bytes))).toEqual({ ...ruleSet, rules });
});

test("who runs from its files has no bundle", () => {
  expect(bundledRules()).toBeNull();
});
