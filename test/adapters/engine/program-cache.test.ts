import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildProgram, builtProgram, cachedProgram, keyOf } from "../../../src/adapters/engine/program-cache.ts";
import { bytesOf, programOf } from "../../../src/adapters/engine/program-bytes.ts";
import { compileProgram, type EngineProgram } from "../../../src/core/scan/engine/engine-scanner.ts";
import { genericDetector } from "../../../src/core/scan/generic/generic-detector.ts";
import { rulesOf } from "../../support/scan-with.ts";

const folder = mkdtempSync(join(tmpdir(), "keyward-program-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { ruleSet } = rulesOf(`
[[rules]]
id = "one"
regex = '(?i)one_[a-z0-9]{20}'
[[rules]]
id = "two"
regex = '[a-f0-9]{40}'
keywords = ["two"]
`);
const detectors = [genericDetector];
const program = compileProgram(ruleSet, detectors);

/** Two programs are the same if their bytes are; compared at once, as there are many. */
const isSame = (one: EngineProgram | null): boolean =>
  one !== null && Buffer.from(bytesOf(one)).equals(bytesOf(program));

test("a program is the same after it was kept, and its automata are parts of its tables", () => {
  const again = programOf(bytesOf(program));
  expect(isSame(again)).toBe(true);
  const buffers = again.rules.flatMap(({ gate }) => gate?.automaton.bytes.buffer ?? []);
  expect(buffers.length).toBeGreaterThan(0);
  expect(buffers.every((buffer) => buffer === again.dictionary.tables.buffer)).toBe(true);
});

test("a program that was built is used for its own rules, and for no others", () => {
  const file = join(folder, "rules.bin");
  buildProgram(ruleSet, detectors, file);
  expect(isSame(builtProgram(keyOf(ruleSet, detectors), file))).toBe(true);
  const { ruleSet: other } = rulesOf("[[rules]]\nid = 'one'\nregex = 'one_[a-z]{20}'\n");
  expect(builtProgram(keyOf(other, detectors), file)).toBeNull();
  expect(builtProgram(keyOf(ruleSet, []), file)).toBeNull();
  expect(builtProgram(keyOf(ruleSet, detectors), join(folder, "none"))).toBeNull();
});

test("what was compiled is kept under its content", () => {
  const environment = { XDG_CACHE_HOME: folder };
  expect(isSame(cachedProgram(ruleSet, detectors, environment))).toBe(true);
  expect(isSame(cachedProgram(ruleSet, detectors, environment))).toBe(true);
  expect(isSame(cachedProgram(ruleSet, detectors, { XDG_CACHE_HOME: "/dev/null/nowhere" }))).toBe(true);
});
