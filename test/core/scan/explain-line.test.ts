import { describe, expect, it } from "vitest";
import { explainLine } from "../../../src/core/scan/explain-line.ts";
import { entropyDetector, usualEntropyLimits } from "../../../src/core/scan/entropy/entropy-detector.ts";
import { genericDetector } from "../../../src/core/scan/generic/generic-detector.ts";
import { providerNamedDetector } from "../../../src/core/scan/provider-named/provider-named-detector.ts";
import { createReferenceScanner } from "../../../src/core/scan/reference-scanner.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { testFingerprint } from "../../support/fingerprint.ts";

const ruleSet = { rules: [], allowlists: [], filters: [] };
const scanner = createReferenceScanner({ ruleSet, detectors: [genericDetector], fingerprint: testFingerprint });
const none = { ruleSet, scanner, detectors: [genericDetector] };
const lines = (text: string) => ({ path: "src/app.py", bytes: Buffer.from(text) });

describe("explaining a line", () => {
  const secret = fillShape("{alnum:32}", 6);
  const text = `# nothing\nAPI_TOKEN = "${secret}"\npassword = get_password()\n`;

  it("tells the parts of a finding, which add up to its score, and not the secret", () => {
    const [first] = explainLine(lines(text), 2, none);
    expect(first).toMatchObject({ rule: { id: "generic-token" }, rejected: null, span: { line: 2 } });
    const sum = first?.confidence.reasons.reduce((total, { points }) => total + points, 0) ?? 0;
    expect(first?.confidence.score).toBe(Math.min(100, Math.max(0, sum)));
    expect(first?.confidence.reasons.length).toBeGreaterThan(3);
    expect(JSON.stringify(first)).not.toContain(secret);
  });

  it("tells what was rejected too, and why", () => {
    const [rejected] = explainLine(lines(text), 3, none);
    expect(rejected?.rejected).toMatch(/too little speaks for it/);
    expect(rejected?.confidence.level).toBe("low");
    expect(rejected?.confidence.reasons.some(({ what, points }) => what.includes("code") && points < 0)).toBe(true);
  });

  it.each([
    ["named after its provider", providerNamedDetector, "centralstation secret {hex:30}", "provider-credential"],
    ["of high entropy", entropyDetector(usualEntropyLimits), "x = '{hex:40}'", "entropy-hex"],
  ])("tells what any detector found: what is %s", (_what, detector, shape, id) => {
    const detectors = [genericDetector, detector];
    const one = createReferenceScanner({ ruleSet, detectors, fingerprint: testFingerprint });
    const told = explainLine(lines(fillShape(shape, 1)), 1, { ruleSet, scanner: one, detectors });
    expect(told.filter(({ rule }) => rule.id === id)).toMatchObject([{ rejected: null }]);
  });

  it("has nothing to tell of an ordinary line", () => {
    expect(explainLine(lines(text), 1, none)).toEqual([]);
  });
});
