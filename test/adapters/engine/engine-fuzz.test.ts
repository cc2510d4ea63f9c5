import fc from "fast-check";
import { expect, test } from "vitest";
import { createWasmSpotter } from "../../../src/adapters/engine/wasm-spotter.ts";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import { bytesOfByteText } from "../../../src/core/scan/byte-text.ts";
import type { Detector } from "../../../src/core/scan/detector.ts";
import { compileProgram, createEngineScanner } from "../../../src/core/scan/engine/engine-scanner.ts";
import { chooseDetectors } from "../../../src/core/scan/generic/choose-detectors.ts";
import { createReferenceScanner } from "../../../src/core/scan/reference-scanner.ts";
import type { RuleSet } from "../../../src/core/scan/rules/rule.ts";
import type { ScanOutcome, Scanner } from "../../../src/core/scan/scanner.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { testFingerprint } from "../../support/fingerprint.ts";
import { rulesOf } from "../../support/scan-with.ts";

type Both = { readonly engine: Scanner; readonly reference: Scanner };

function bothScanners(ruleSet: RuleSet, detectors: readonly Detector[]): Both {
  const program = compileProgram(ruleSet, detectors);
  const spotter = createWasmSpotter(program);
  const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
  const fingerprint = testFingerprint;
  return {
    engine: createEngineScanner({ ruleSet, detectors, fingerprint, program, spotter, textOf }),
    reference: createReferenceScanner({ ruleSet, detectors, fingerprint }),
  };
}

const shown = ({ matches, gaps }: ScanOutcome): unknown => ({ findings: matches.map(({ finding }) => finding), gaps });

function expectSame({ engine, reference }: Both, text: string): number {
  const source = { path: "src/app.txt", bytes: bytesOfByteText(text) };
  const expected = reference.scan(source);
  expect(shown(engine.scan(source))).toEqual(shown(expected));
  return expected.matches.length;
}

/** `npm run fuzz:scan` sets it. */
const isLong = process.env["FUZZ_RUNS"] !== undefined;
const runs = Number(process.env["FUZZ_RUNS"] ?? 100);
const { ruleSet } = loadDefaultRules();
const own = bothScanners(ruleSet, chooseDetectors({ generic: true, entropy: null, disabled: [] }));

/** Where the kernels' blocks of 64 and 2048 bytes end. */
const edges = [0, 64, 128, 2048];

test(
  "for the examples of every rule, each over another edge of the kernels' blocks, in a long line and a short one",
  { timeout: 180_000 },
  () => {
    let found = 0;
    for (const [number, { examples }] of ruleSet.rules.entries()) {
      const [shape] = examples;
      if (shape === undefined) continue;
      const example = fillShape(shape, number);
      const back = number % (example.length + 2);
      for (const filler of [" ", "lorem ipsum\n"]) {
        const edge = edges[number % edges.length] ?? 0;
        const before = filler
          .repeat(Math.ceil(Math.max(0, edge - back) / filler.length))
          .slice(0, Math.max(0, edge - back));
        found += expectSame(own, `${before}${example}`);
      }
    }
    expect(found).toBeGreaterThan(ruleSet.rules.length / (isLong ? 1 : 15));
  },
);

test("for pieces of examples, joined and cut anywhere", { timeout: 600_000 }, () => {
  const examples = ruleSet.rules.flatMap(({ examples }) => examples.slice(0, 1)).map((shape) => fillShape(shape, 3));
  const piece = fc
    .tuple(fc.constantFrom(...examples), fc.nat(60), fc.nat(60))
    .map(([text, start, length]) => text.slice(start, start + length));
  const mark = fc.constantFrom(
    "\n",
    " ",
    "=",
    '"',
    "'",
    ": ",
    "\0",
    "_",
    "-",
    ".",
    "/",
    "\\n",
    "%3D",
    "key",
    "token ",
    "é",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, mark), { maxLength: 12 }), (parts) => {
      expectSame(own, parts.join(""));
    }),
    { numRuns: runs },
  );
});

/** Regexes of all kinds of parts; each is a rule. */
const regex = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(
      "a",
      "b",
      "abc",
      "[ab]",
      "[^a]",
      ".",
      String.raw`\d`,
      "xyz_",
      "é",
      String.raw`\b`,
      "^",
      "$",
      "(?i:Key)",
      String.raw`\.`,
      "[a-z0-9]{16}",
    ),
    fc.tuple(tie("node"), tie("node")).map((parts) => parts.join("")),
    fc.tuple(tie("node"), tie("node")).map(([one, other]) => `(?:${one}|${other})`),
    fc
      .tuple(tie("node"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "{0,9}", "*?"))
      .map(([one, times]) => `(?:${one})${times}`),
    tie("node").map((one) => `(${one})`),
  ),
})).node;

const keywords = fc.constantFrom("", "ke", "abc", "xyz_", "a", "é");
const sample = fc
  .array(
    fc.constantFrom(
      "a",
      "b",
      "B",
      "1",
      "\n",
      " ",
      "\xc3\xa9",
      "abc",
      "xyz_",
      "KEY",
      "key",
      ".",
      "0123456789abcdef",
      "aab",
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));

test("for rules of all kinds on texts of their pieces", { timeout: 600_000 }, () => {
  const rule = fc.tuple(regex, keywords);
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 4 }),
      fc.array(sample, { minLength: 4, maxLength: 4 }),
      (rules, texts) => {
        const toml = rules.map(
          ([re2, keyword], at) =>
            `[[rules]]\nid = "r${at}"\nregex = '''${re2}'''\n${keyword === "" ? "" : `keywords = [${JSON.stringify(keyword)}]\n`}`,
        );
        const scanners = bothScanners(rulesOf(toml.join("")).ruleSet, []);
        for (const text of texts) expectSame(scanners, text);
      },
    ),
    { numRuns: runs },
  );
});
