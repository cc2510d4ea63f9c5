import { describe, expect, it } from "vitest";
import { createReferenceScanner } from "../../../src/core/scan/reference-scanner.ts";
import type { Finding } from "../../../src/core/scan/finding.ts";
import { chooseDetectors } from "../../../src/core/scan/generic/choose-detectors.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { testFingerprint } from "../../support/fingerprint.ts";
import { rulesOf } from "../../support/scan-with.ts";

const source = "https://docs.acme.example/keys";
const open = `[[rules]]
id = "acme-publishable-key"
regex = '''\\b(pub_[A-Za-z0-9]{40})\\b'''
confidence = "strong"
prefix = "pub_"
`;
const always = `${open}publicByDesign = { source = "${source}" }\n`;
const sometimes = `${open}publicByDesign = { source = "${source}", onlyIf = "it is restricted to your site" }\n`;

function found(toml: string, shape: string): readonly Finding[] {
  const { ruleSet, problems } = rulesOf(toml);
  expect(problems).toEqual([]);
  const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
  const scanner = createReferenceScanner({ ruleSet, detectors, fingerprint: testFingerprint });
  const { matches } = scanner.scan({ path: "src/app.js", bytes: Buffer.from(fillShape(shape, 1)) });
  return matches.map(({ finding }) => finding);
}

const idsOf = (findings: readonly Finding[]): readonly string[] => findings.map(({ ruleId }) => ruleId);

describe("a key that is public by design", () => {
  it("is of low confidence, and says who says so", () => {
    const [finding] = found(always, "const key = 'pub_{alnum:40}'");
    expect(finding?.confidence.level).toBe("low");
    expect(finding?.confidence.reasons.map(({ what }) => what)).toContain(
      `public by design, says its provider (${source})`,
    );
  });

  it("is still reported if that holds only under a condition nobody sees in the text, with the condition", () => {
    const [finding] = found(sometimes, "const key = 'pub_{alnum:40}'");
    expect(finding?.confidence.level).not.toBe("low");
    expect(finding?.confidence.reasons.map(({ what }) => what)).toContain(
      `public by design, but only if it is restricted to your site (${source})`,
    );
  });

  it("is no secret to a rule of a common format either", () => {
    const common = `[[rules]]\nid = "common"\nregex = "pub_[A-Za-z0-9]{40}"\nspecificity = 50\n`;
    expect(idsOf(found(`${always}${common}`, "x = 'pub_{alnum:40}'"))).toEqual(["acme-publishable-key"]);
  });

  it("is no secret by its name either", () => {
    expect(idsOf(found("", "apiSecret = 'pub_{alnum:40}'"))).toEqual(["generic-secret"]);
    expect(idsOf(found(always, "apiSecret = 'pub_{alnum:40}'"))).toEqual(["acme-publishable-key"]);
  });

  it("hides nothing that is longer than itself", () => {
    const shape = "apiSecret = '{alnum:24}.pub_{alnum:40}'";
    const [before] = found("", shape);
    expect(found(always, shape)).toEqual([before]);
  });

  it("hides nothing that another provider's rule knows", () => {
    const other = `[[rules]]\nid = "acme-secret"\nregex = '''secret = '(pub_[A-Za-z0-9]{40})\\b'''\n`;
    expect(idsOf(found(`${always}${other}`, "secret = 'pub_{alnum:40}'"))).toEqual(["acme-secret"]);
  });
});
