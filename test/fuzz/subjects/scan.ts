import fc from "fast-check";
import { createWasmSpotter } from "../../../src/adapters/engine/wasm-spotter.ts";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import { bytesOfByteText } from "../../../src/core/scan/byte-text.ts";
import { compileProgram, createEngineScanner } from "../../../src/core/scan/engine/engine-scanner.ts";
import { chooseDetectors } from "../../../src/core/scan/generic/choose-detectors.ts";
import { createReferenceScanner } from "../../../src/core/scan/reference-scanner.ts";
import type { ScanOutcome } from "../../../src/core/scan/scanner.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { pick, seededRandom, type Random } from "../../../src/core/scan/shape/random.ts";
import { testFingerprint } from "../../support/fingerprint.ts";
import { expectThat, inTime, type FuzzSubject } from "../subject.ts";
import { textOf } from "./scanner-inputs.ts";

const inputsPerRun = 500;
const paths: readonly [string, ...string[]] = [
  "src/app.ts",
  "config.yml",
  ".env",
  "a.json",
  "README.md",
  "main.tf",
  "x",
];

/**
 * The engine as the server has it, with Keyward's own rules. Each finding has to stand where it says, under a mask; a whole token in a line
 * of its own has to be found, whatever stands before and behind it; and now and then all has to be as the reference scanner finds it.
 */
export const scanSubject: FuzzSubject = {
  name: "scan",
  shortRuns: 4,
  inputsPerRun,
  start: async () => {
    const { ruleSet } = loadDefaultRules();
    const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
    const program = compileProgram(ruleSet, detectors);
    const spotter = createWasmSpotter(program);
    const textOfBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
    const fingerprint = testFingerprint;
    const engine = createEngineScanner({ ruleSet, detectors, fingerprint, program, spotter, textOf: textOfBytes });
    const reference = createReferenceScanner({ ruleSet, detectors, fingerprint });
    const [first = "", ...more] = ruleSet.rules.flatMap(({ examples }) =>
      examples.slice(0, 1).map((shape) => fillShape(shape, 3)),
    );
    const credentials: readonly [string, ...string[]] = [first, ...more];

    const tryOne = (random: Random): void => {
      const path = pick(random, paths);
      const token = random.below(16) === 0 ? fillShape("{github-token:ghp_}", random.below(2 ** 31)) : null;
      const [before, behind] = [textOf(random, credentials), token === null ? "" : textOf(random, credentials)];
      const text = token === null ? before : `${before}\n\ntoken = "${token}"\n\n${behind}`;
      const bytes = bytesOfByteText(text);
      const outcome = inTime("a scan", () => engine.scan({ path, bytes }));
      expectSound(outcome, bytes.length);
      if (token !== null)
        expectThat(isFound(outcome, token), "a token in a line of its own is found, or something could not be read");
      if (random.below(1000) === 0)
        expectThat(shown(outcome) === shown(reference.scan({ path, bytes })), "the reference finds the same");
    };
    const property = fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), async (seed) => {
      const random = seededRandom("scan", seed);
      for (let input = 0; input < inputsPerRun; input += 1) tryOne(random);
    });
    return { property, end: async () => {} };
  },
};

function expectSound({ matches }: ScanOutcome, length: number): void {
  for (const { finding, secret } of matches) {
    const { offset, length: long } = finding.span;
    expectThat(offset >= 0 && long > 0 && offset + long <= length, "a finding stands within the text");
    const raw = secret.reveal();
    expectThat(raw.length < 12 || !JSON.stringify(finding).includes(raw), "no finding has its secret in it");
  }
}

const isFound = ({ matches, gaps }: ScanOutcome, token: string): boolean =>
  gaps.length > 0 || matches.some(({ finding, secret }) => secret.reveal().includes(token) || finding.marked === true);

const shown = ({ matches, gaps }: ScanOutcome): string =>
  JSON.stringify({ findings: matches.map(({ finding }) => finding), gaps });
