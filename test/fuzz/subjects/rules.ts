import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { createWasmSpotter } from "../../../src/adapters/engine/wasm-spotter.ts";
import { compileProgram, createEngineScanner } from "../../../src/core/scan/engine/engine-scanner.ts";
import { problemsOfToml } from "../../../src/core/scan/rules/own-rules.ts";
import { parseRuleFile } from "../../../src/core/scan/rules/rule-file.ts";
import type { RuleProblem } from "../../../src/core/scan/rules/rule-problem.ts";
import { ruleSetOf } from "../../../src/core/scan/rules/rule-set.ts";
import { testFingerprint } from "../../support/fingerprint.ts";
import { expectThat, inTime, type FuzzSubject } from "../subject.ts";
import { mutatedText } from "./mutated-text.ts";

const folder = new URL("../../../patterns/", import.meta.url);
const own = readdirSync(folder)
  .filter((name) => name.endsWith(".toml"))
  .map((name) => readFileSync(new URL(name, folder), "utf8"))
  .filter((text) => text.length < 4000);
const ofOthers = `title = "rules"
[allowlist]
paths = ['''vendor/''']
stopwords = ["example"]
[[rules]]
id = "one"
description = "One"
regex = '''(?i)one_[a-z0-9]{8,20}'''
keywords = ["one_"]
entropy = 2.5
secretGroup = 0
[[rules.allowlists]]
regexes = ['''one_x+''']
[[rules]]
id = "two"
regex = '''two-([0-9]{4})'''
[[rules.required]]
id = "one"
withinLines = 3
`;

const pieces = [
  ...'\n|[[rules]]\n|[rules]\n|[|]|=|\'\'\'|"""|"|#|\\u0000|true|1e400|0x|inf|nan|1979-05-27|{|}|,|.|id = "one"\n'.split(
    "|",
  ),
  ..."regex = '''\n'''\n;regex = '''(a*)*b'''\n;regex = '''(?P<x>(?:a|a)*$)'''\n;(?i;{1000};{0,99999};\\p{Greek};\\b;[^;(?:".split(
    ";",
  ),
  ..."keywords = []\n;secretGroup = 9\n;entropy = -1\n;path = '''('''\n;disabled = true\n;provider = \"x\"\n;[extend]\n".split(
    ";",
  ),
];

const texts = ["", "one_abcdefgh12 two-1234", `${"a".repeat(300)}!`, "one_xxxxxxxx\n\ntwo-9999 ".repeat(20)].map(
  (text) => Buffer.from(text),
);

/** Files of rules: whatever they say, a rule is used or there is a problem with it; and no rule that is used hangs or crashes the scanner. */
export const rulesSubject: FuzzSubject = {
  name: "rules",
  shortRuns: 60,
  inputsPerRun: 1,
  start: async () => {
    const property = fc.asyncProperty(mutatedText([...own, ofOthers, ofOthers, ofOthers], pieces), async (text) => {
      const problems: RuleProblem[] = [];
      const file = inTime("a file of rules", () => parseRuleFile(text, "rules.toml", problems));
      const ruleSet = inTime("rules", () => ruleSetOf([file]));
      for (const { line, message } of problems)
        expectThat(line >= 1 && message !== "", "a problem says where and what");
      const dropped = file.definitions.length - ruleSet.rules.length;
      expectThat(dropped <= 0 || problems.length > 0, "a rule is used or there is a problem with it");
      inTime("own rules", () => problemsOfToml(text, "rules.toml"));
      const program = inTime("a program", () => compileProgram(ruleSet, []));
      const spotter = createWasmSpotter(program);
      const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
      const options = { ruleSet, detectors: [], fingerprint: testFingerprint, program, spotter, textOf };
      const engine = createEngineScanner(options);
      for (const bytes of texts) inTime("a scan with such rules", () => engine.scan({ path: "a.txt", bytes }));
    });
    return { property, end: async () => {} };
  },
};
