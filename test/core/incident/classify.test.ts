import { describe, expect, it } from "vitest";
import { classify, type ClassFacts } from "../../../src/core/incident/classify.ts";
import type { ClassRule } from "../../../src/core/incident/incident-config.ts";

const facts: ClassFacts = {
  severity: "medium",
  provider: "GitHub",
  paths: ["services/pay/config.ts"],
  branches: ["release/1.4"],
  topics: ["payments"],
  properties: { environment: "production" },
  public: false,
};

const low = (conditions: Omit<ClassRule, "class">): ClassRule => ({ class: "low", ...conditions });

describe("the class of an incident", () => {
  it.each<[string, Omit<ClassRule, "class">, Omit<ClassRule, "class">]>([
    ["the path", { paths: ["/services/"] }, { paths: ["/sandbox/"] }],
    ["a branch", { branches: ["release/*"] }, { branches: ["release"] }],
    ["a topic", { topics: ["payments", "billing"] }, { topics: ["pay"] }],
    ["a custom property", { properties: { environment: "production" } }, { properties: { environment: "test" } }],
    ["the provider", { providers: ["github"] }, { providers: ["gitlab"] }],
    ["the exposure", { public: false }, { public: true }],
    ["all conditions of a rule", { topics: ["payments"], public: false }, { topics: ["payments"], public: true }],
  ])("is set by %s, where it fits and not where it does not", (_, fits, doesNot) => {
    expect(classify(facts, { rules: [low(fits)] })).toEqual({
      class: "low",
      reason: "class rule 1 of the configuration",
    });
    expect(classify(facts, { rules: [low(doesNot)] }).class).toBe("moderate");
  });

  it("is that of the first rule that fits", () => {
    const rules: readonly ClassRule[] = [low({ topics: ["other"] }), { class: "high", paths: ["*.ts"] }, low({})];
    expect(classify(facts, { rules })).toEqual({ class: "high", reason: "class rule 2 of the configuration" });
  });

  it.each([
    ["critical", "high"],
    ["high", "high"],
    ["medium", "moderate"],
    ["low", "low"],
  ] as const)("without a rule goes by the severity: %s is %s", (severity, of) => {
    expect(classify({ ...facts, severity }, { rules: [] }).class).toBe(of);
  });

  it("of what everyone can read is high", () => {
    expect(classify({ ...facts, severity: "low", public: true }, { rules: [] }).class).toBe("high");
  });
});
