import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadDefaultRules, patternsFolder } from "../../src/adapters/files/rule-files.ts";
import { toByteText } from "../../src/core/scan/byte-text.ts";
import { findCandidates } from "../../src/core/scan/find-candidates.ts";
import { type ConfidenceLevel, confidenceLevels, type Match } from "../../src/core/scan/finding.ts";
import { readySet } from "../../src/core/scan/ready-rule.ts";
import { createReferenceScanner } from "../../src/core/scan/reference-scanner.ts";
import type { Rule } from "../../src/core/scan/rules/rule.ts";
import { describeProblem } from "../../src/core/scan/rules/rule-problem.ts";
import { parseRuleFile } from "../../src/core/scan/rules/rule-file.ts";
import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";
import { testFingerprint } from "../support/fingerprint.ts";

const seeds = [1, 2, 3];
const hostileLength = 256 * 1024;
/**
 * Of this thread's own time, so that what else the machine does has no say. Generous: a rule that is linear takes a tenth of it, one that is
 * quadratic a hundred times as long.
 */
const hostileMs = 3000;

const { ruleSet, problems } = loadDefaultRules();
const ready = readySet(ruleSet);
const scanner = createReferenceScanner({ ruleSet, fingerprint: testFingerprint });
const rules = new Map(ruleSet.rules.map((rule) => [rule.id, rule]));

/** What is found at a confidence at least as high as the rule's own format reaches, `medium` for all but weak ones. */
function found(text: string, least: ConfidenceLevel, path = "src/example.txt"): readonly Match[] {
  const { matches } = scanner.scan({ path, bytes: Buffer.from(text) });
  const rank = (level: ConfidenceLevel): number => confidenceLevels.indexOf(level);
  return matches.filter(({ finding }) => rank(finding.confidence.level) >= rank(least));
}

const idsOf = (matches: readonly Match[]): readonly string[] => matches.map(({ finding }) => finding.ruleId);

/** Parts are never reported alone, so they are looked for directly. */
function foundByRule(rule: Rule, text: string): readonly string[] {
  const own = ready.byId.get(rule.id);
  const haystack = { path: "x", text: toByteText(text), via: [] };
  return own === undefined ? [] : findCandidates(own, haystack).map(({ rule }) => rule.id);
}

const isPublic = ({ publicByDesign }: Rule): boolean => publicByDesign !== null && publicByDesign.onlyIf === null;

/** The rules that find something in an example of `rule`. */
function findersOf(rule: Rule, text: string): readonly string[] {
  const least = rule.confidence === "weak" || isPublic(rule) ? "low" : "medium";
  return rule.skipReport ? foundByRule(rule, text) : idsOf(found(text, least));
}

/** The providers' rules that fall for a near miss of `rule`. */
function misledBy(rule: Rule, text: string): readonly string[] {
  const misled = idsOf(found(text, "medium").filter(({ finding }) => finding.provider !== "Generic"));
  return rule.skipReport ? [...misled, ...foundByRule(rule, text)] : misled;
}

function holdsKeyword({ keywords }: Rule, text: string): boolean {
  const lower = toByteText(text.toLowerCase());
  return keywords.length === 0 || keywords.some((keyword) => lower.includes(keyword));
}

it("has nothing wrong with any file", () => {
  expect(problems.map(describeProblem)).toEqual([]);
});

const slugs = readdirSync(patternsFolder)
  .filter((name) => name.endsWith(".toml"))
  .map((name) => name.replace(/\.toml$/, ""));

describe.each(slugs)("patterns/%s.toml", (slug) => {
  const text = readFileSync(join(patternsFolder, `${slug}.toml`), "utf8");
  const own = parseRuleFile(text, `${slug}.toml`, []).definitions.flatMap(({ table }) => rules.get(table.id) ?? []);

  it("names its rules after itself", () => {
    const strangers = own.filter(({ id }) => id !== slug && !id.startsWith(`${slug}-`));
    expect(strangers.map(({ id }) => id)).toEqual([]);
  });

  describe.each(own.map((rule) => [rule.id, rule] as const))("%s", (_id, rule) => {
    it.each(rule.examples)("finds, and alone: %s", (shape) => {
      for (const seed of seeds) {
        const text = fillShape(shape, seed);
        expect(findersOf(rule, text), `seed ${seed}`).toEqual([rule.id]);
        expect(holdsKeyword(rule, text), "no keyword in it").toBe(true);
      }
    });

    it.each(rule.nearMisses)("is not misled by: %s", (shape) => {
      for (const seed of seeds) expect(misledBy(rule, fillShape(shape, seed)), `seed ${seed}`).toEqual([]);
    });

    it.each(rule.required)("shows its part $id in an example, as one finding", ({ id }) => {
      const findings = rule.examples.flatMap((shape) => found(fillShape(shape, 1), isPublic(rule) ? "low" : "medium"));
      const names = findings.flatMap(({ finding }) => (finding.parts ?? []).map(({ name }) => name));
      expect(names).toContain(rules.get(id)?.title);
    });

    it.each(isPublic(rule) ? rule.examples : [])("is told by nobody unless asked for, being public: %s", (shape) => {
      for (const seed of seeds) expect(idsOf(found(fillShape(shape, seed), "medium")), `seed ${seed}`).toEqual([]);
    });

    it.each(rule.skipReport ? rule.examples : [])("is not reported by itself: %s", (shape) => {
      expect(idsOf(found(fillShape(shape, 1), "medium"))).toEqual([]);
    });

    it("shows little of a secret", () => {
      for (const { secret, finding } of rule.examples.flatMap((shape) => found(fillShape(shape, 1), "low"))) {
        const prefixes = ["", ...(rules.get(finding.ruleId)?.prefixes ?? [])];
        const shown = secret.mask.replace(/\*{4}$/, "");
        expect(prefixes.some((prefix) => shown.startsWith(prefix) && shown.length <= prefix.length + 4)).toBe(true);
      }
    });

    it("stays fast on long hostile lines", () => {
      for (const line of hostileLines(rule)) {
        const before = process.threadCpuUsage();
        foundByRule(rule, line);
        expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(hostileMs);
      }
    });
  });
});

/** Long lines of the rule's own pieces: an example cut short, its beginning, its keyword, its last character. */
function hostileLines(rule: Rule): readonly string[] {
  const example = fillShape(rule.examples[0] ?? "", 1).replace(/\n/g, " ");
  const secretStart = example.slice(0, Math.ceil(example.length / 2));
  const pieces = [example.slice(0, -1), secretStart, rule.keywords[0] ?? "key", example.slice(-1)];
  return pieces.map((piece) =>
    (piece === "" ? "a" : piece).repeat(Math.ceil(hostileLength / Math.max(1, piece.length))),
  );
}
