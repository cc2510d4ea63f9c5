import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineVerdicts, type ScopeVerdict } from "../../../src/core/verdict/combine.ts";
import { defaultPolicy } from "../../../src/core/verdict/policy.ts";
import { decideVerdict, type ChangeFinding } from "../../../src/core/verdict/verdict.ts";
import { aChangeFinding, aCoverage, aFinding, aPlace, aSha } from "../../support/builders.ts";

const scope = (
  findings: ChangeFinding[],
  shas: string[],
  coverage = aCoverage({ commits: shas.length }),
): ScopeVerdict => ({
  verdict: decideVerdict(findings, coverage, defaultPolicy),
  commits: shas.map((sha) => ({ sha })),
});

describe("several questions about one head", () => {
  it("get the worst of their answers", () => {
    const pass = scope([], [aSha("1")]);
    const block = scope([aChangeFinding()], [aSha("1")]);
    const gap = { path: "x", reason: "timeout", detail: "" } as const;
    const incomplete = scope([], [aSha("1")], aCoverage({ unread: [gap] }));
    expect(combineVerdicts(pass, pass).outcome).toBe("pass");
    expect(combineVerdicts(pass, incomplete)).toMatchObject({ outcome: "incomplete", coverage: { unread: [gap] } });
    expect(combineVerdicts(pass, incomplete, block).outcome).toBe("block");
  });

  it("name a finding once, with every place it stands at", () => {
    const here = aChangeFinding({ places: [aPlace({ commit: aSha("1") })] });
    const there = aChangeFinding({ places: [aPlace({ commit: aSha("1") }), aPlace({ commit: aSha("2") })] });
    const { blocking } = combineVerdicts(scope([here], [aSha("1")]), scope([there], [aSha("1"), aSha("2")]));
    expect(blocking).toEqual([there]);
  });

  it("count each commit once", () => {
    const push = scope([], [aSha("2"), aSha("3")]);
    const pull = scope([], [aSha("1"), aSha("2"), aSha("3")], aCoverage({ commits: 3, blobs: 9 }));
    expect(combineVerdicts(push, pull).coverage).toMatchObject({ commits: 3, blobs: 9 });
  });

  it("keep every finding and never pass unless all pass, in any order", () => {
    const anyFinding = fc
      .tuple(fc.constantFrom("1", "2", "3"), fc.constantFrom("low", "medium", "high"))
      .map(([digit, level]) =>
        aChangeFinding({ finding: aFinding({ level, fingerprint: digit.repeat(32) }), blob: aSha(digit + level) }),
      );
    fc.assert(
      fc.property(fc.array(fc.array(anyFinding), { minLength: 1, maxLength: 4 }), (lists) => {
        const [first, ...others] = lists.map((list) => scope(list, [aSha("1")]));
        if (!first) return;
        const combined = combineVerdicts(first, ...others);
        const prints = (items: readonly ChangeFinding[]) => new Set(items.map((f) => f.finding.fingerprint + f.blob));
        const all = [first, ...others];
        expect(prints(combined.blocking)).toEqual(prints(all.flatMap((s) => s.verdict.blocking)));
        expect(combined.outcome === "pass").toBe(all.every((s) => s.verdict.outcome === "pass"));
        const [last, ...rest] = all.toReversed();
        expect(combineVerdicts(last ?? first, ...rest).outcome).toBe(combined.outcome);
      }),
    );
  });
});
