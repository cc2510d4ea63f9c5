import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confidenceLevels, type ConfidenceLevel } from "../../../src/core/scan/finding.ts";
import { unreadReasons } from "../../../src/core/verdict/coverage.ts";
import { defaultPolicy, type Policy } from "../../../src/core/verdict/policy.ts";
import { decideVerdict } from "../../../src/core/verdict/verdict.ts";
import { aChangeFinding, aCoverage, aFinding } from "../../support/builders.ts";

const policyFrom = (confidence: ConfidenceLevel): Policy => ({
  layers: [{ block: { confidence, severity: "low" }, paths: [] }],
});

const unread = { path: "big.bin", reason: "too-large", detail: "60 MB, over the limit of 32 MiB" } as const;

describe("the verdict on a change", () => {
  it("is a pass when everything was read and nothing was found", () => {
    expect(decideVerdict([], aCoverage(), defaultPolicy).outcome).toBe("pass");
  });

  it("blocks on a finding of the policy's confidence, also when not everything was read", () => {
    const finding = aChangeFinding({ finding: aFinding({ level: "medium" }) });
    expect(decideVerdict([finding], aCoverage({ unread: [unread] }), defaultPolicy)).toMatchObject({
      outcome: "block",
      blocking: [finding],
      coverage: { unread: [unread] },
    });
  });

  it("shows a finding below the policy's confidence without blocking on it", () => {
    const finding = aChangeFinding({ finding: aFinding({ level: "low" }) });
    expect(decideVerdict([finding], aCoverage(), defaultPolicy)).toMatchObject({ outcome: "pass", notices: [finding] });
  });

  it("never passes when something was not read, whatever the policy", () => {
    const anyUnread = fc.record({ path: fc.string(), reason: fc.constantFrom(...unreadReasons), detail: fc.string() });
    const anyFinding = fc
      .constantFrom(...confidenceLevels)
      .map((level) => aChangeFinding({ finding: aFinding({ level }) }));
    fc.assert(
      fc.property(
        fc.array(anyFinding),
        fc.array(anyUnread, { minLength: 1 }),
        fc.constantFrom(...confidenceLevels),
        (findings, gaps, blockFrom) =>
          decideVerdict(findings, aCoverage({ unread: gaps }), policyFrom(blockFrom)).outcome !== "pass",
      ),
    );
  });
});
