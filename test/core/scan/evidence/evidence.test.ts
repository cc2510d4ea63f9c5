import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Candidate } from "../../../../src/core/scan/candidate.ts";
import { judge } from "../../../../src/core/scan/confidence.ts";
import { allEvidence } from "../../../../src/core/scan/evidence/all-evidence.ts";
import { checksumEvidence } from "../../../../src/core/scan/evidence/checksum.ts";
import { formatEvidence } from "../../../../src/core/scan/evidence/format.ts";
import { monotonyEvidence } from "../../../../src/core/scan/evidence/monotony.ts";
import { placeholderEvidence } from "../../../../src/core/scan/evidence/placeholder.ts";
import { publishedExampleEvidence } from "../../../../src/core/scan/evidence/published-example.ts";
import { randomnessEvidence } from "../../../../src/core/scan/evidence/randomness.ts";
import { surroundingsEvidence } from "../../../../src/core/scan/evidence/surroundings.ts";
import { wordsEvidence } from "../../../../src/core/scan/evidence/words.ts";
import type { FormatStrength } from "../../../../src/core/scan/rules/rule.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";
import { rulesOf } from "../../../support/scan-with.ts";

function candidate(secret: string, more = ""): Candidate {
  const [rule] = rulesOf(`[[rules]]\nid = "r"\ndescription = "A key"\nregex = "x"\n${more}`).ruleSet.rules;
  if (rule === undefined) throw new Error("the rule is refused");
  const place = { start: 0, end: secret.length, matchStart: 0, matchEnd: secret.length };
  return { rule, path: "x", text: secret, secret, via: [], parts: [], ...place };
}

const points = (source: typeof formatEvidence, secret: string, more = ""): number =>
  source(candidate(secret, more)).reduce((sum, reason) => sum + reason.points, 0);

describe("confidence", () => {
  it("starts at what the format says", () => {
    const level = (strength: FormatStrength): string =>
      judge(candidate(fillShape("{alnum:32}", 1), `confidence = "${strength}"`), allEvidence).level;
    expect([level("strong"), level("medium"), level("weak")]).toEqual(["high", "medium", "low"]);
  });

  it("adds up its reasons, between 0 and 100", () => {
    const sources = [formatEvidence, () => [{ what: "more", points: 70 }]];
    expect(judge(candidate("x"), sources)).toMatchObject({ score: 100, level: "high" });
    const against = [formatEvidence, () => [{ what: "less", points: -90 }]];
    expect(judge(candidate("x"), against)).toEqual({
      score: 0,
      level: "low",
      reasons: [
        { what: "has the format of: A key", points: 60 },
        { what: "less", points: -90 },
      ],
    });
  });

  it("is told in words that hold nothing of the secret", () => {
    const secret = fillShape("{github-token:ghp_}", 1);
    const told = JSON.stringify(judge(candidate(secret, 'checksum = "github-crc32"'), allEvidence));
    for (let at = 0; at + 6 <= secret.length; at++) expect(told).not.toContain(secret.slice(at, at + 6));
  });
});

describe("a checksum", () => {
  it("that is right speaks for a secret, a wrong one against it without hiding it", () => {
    const rule = 'checksum = "github-crc32"\nconfidence = "strong"';
    expect(points(checksumEvidence, fillShape("{github-token:ghp_}", 1), rule)).toBeGreaterThan(0);
    expect(points(checksumEvidence, fillShape("ghp_{alnum:36}", 1), rule)).toBeLessThan(0);
    expect(judge(candidate(fillShape("ghp_{alnum:36}", 1), rule), allEvidence).level).toBe("medium");
    expect(points(checksumEvidence, fillShape("ghp_{alnum:36}", 1))).toBe(0);
  });
});

describe("a placeholder", () => {
  it.each([
    "xxxxxxxxxxxxxxxx",
    "YOUR_API_KEY_HERE",
    ["AKIAIOSFODNN7", "EXAMPLE"].join(""),
    "changeme123",
    "<your token>",
    "${API_KEY}",
    "{{ secret }}",
    "$API_KEY",
    "%(password)s",
    "#{ENV['X']}",
    "__TOKEN__",
    "insert-key-here",
    "********",
  ])("such as %s is seen", (text) => {
    expect(points(placeholderEvidence, text)).toBeLessThanOrEqual(-50);
  });

  it("made of hexadecimal that reads as words costs a strong format its certainty only", () => {
    const secret = "cafebabe:deadbeef";
    expect(judge(candidate(secret, 'confidence = "strong"'), allEvidence).level).toBe("medium");
    expect(judge(candidate(secret), allEvidence).level).toBe("low");
  });

  it("is what a shape stands for", () => {
    expect(points(placeholderEvidence, "{alnum:12}")).toBe(-60);
    expect(points(placeholderEvidence, "{[a-z2-7]:26}")).toBe(-60);
  });

  it.each(["{alnum:40}", "{base64:64}", "{hex:40}", "{ALNUM:16}"])("is not seen in %s", (shape) => {
    for (let seed = 0; seed < 50; seed++) expect(points(placeholderEvidence, fillShape(shape, seed))).toBe(0);
  });

  it("is looked for in the key of a URL, not in what leads there", () => {
    const prefix = 'prefix = "https://hooks.acme.io/"';
    expect(points(placeholderEvidence, fillShape("https://hooks.acme.io/T0EXAMPLE/{alnum:24}", 1), prefix)).toBe(0);
    expect(points(placeholderEvidence, "https://hooks.acme.io/T0A1B2C3/XXXXXXXXXXXX", prefix)).toBeLessThan(0);
  });

  it("is looked for in the part that is not the public prefix", () => {
    expect(points(placeholderEvidence, "example_ab12cd34", 'prefix = "example_"')).toBe(0);
  });
});

it("an example that a standard prints is told with its source", () => {
  const example = Buffer.from("Aladdin:open sesame").toString("base64");
  expect(points(publishedExampleEvidence, example)).toBe(-80);
  expect(points(publishedExampleEvidence, `${example.slice(0, -3)}A==`)).toBe(0);
});

describe("characters that repeat or count up", () => {
  it.each([
    "aaaaaaaaaaaa",
    "0123456789abcdef",
    "abcdefghijklmnop",
    "9876543210",
    "abcabcabcabc",
    "aaaaaaaab1c2",
    "12345678x1",
  ])("are seen in %s", (text) => {
    expect(points(monotonyEvidence, text)).toBeLessThan(0);
  });

  it("cost a strong format no more than its certainty; a few characters over and over are nothing", () => {
    const level = (secret: string, strength: FormatStrength): string =>
      judge(candidate(secret, `confidence = "${strength}"`), allEvidence).level;
    const counting = "abcdef1234567890".repeat(2);
    expect([level(counting, "strong"), level(counting, "medium"), level(counting, "weak")]).toEqual([
      "medium",
      "medium",
      "low",
    ]);
    expect(level("a".repeat(32), "strong")).toBe("low");
  });

  it.each(["{alnum:40}", "{hex:32}", "{digits:16}", "{base64:44}"])("are not seen in %s", (shape) => {
    for (let seed = 0; seed < 50; seed++) expect(points(monotonyEvidence, fillShape(shape, seed))).toBe(0);
  });
});

describe("randomness", () => {
  it.each([
    "{alnum:40}",
    "{hex:32}",
    "{hex:64}",
    "{base64:40}",
    "{digits:20}",
    "{ALNUM:16}",
    "{lower:24}",
    "{base64:200}",
  ])("is not missed in %s", (shape) => {
    for (let seed = 0; seed < 50; seed++) expect(points(randomnessEvidence, fillShape(shape, seed))).toBe(0);
  });

  it.each(["aabbabbaaabbbabaabab", "pass-password-passed", "00110100011010011101"])("is missed in %s", (text) => {
    expect(points(randomnessEvidence, text)).toBeLessThan(0);
  });
});

describe("words", () => {
  it("in the place of random characters take a provider's format its certainty", () => {
    const level = (secret: string): string =>
      judge(candidate(secret, 'confidence = "strong"\nprefix = "v2."'), allEvidence).level;
    expect(level("v2.SectionInfoExtension")).toBe("low");
    expect(level(fillShape("v2.{alnum:20}", 1))).toBe("high");
  });

  it.each(["{alnum:40}", "{hex:32}", "{lower:24}", "{base64:44}"])("are not seen in %s", (shape) => {
    for (let seed = 0; seed < 50; seed++) expect(points(wordsEvidence, fillShape(shape, seed))).toBe(0);
  });
});

describe("what stands around", () => {
  const inside = (text: string, secret: string, more: object): Candidate => {
    const start = text.indexOf(secret);
    const end = start + secret.length;
    return { ...candidate(secret), text, start, end, matchStart: start, matchEnd: end, ...more };
  };
  const sum = (one: Candidate): number => surroundingsEvidence(one).reduce((all, { points }) => all + points, 0);

  it("makes a match in the midst of base64 a piece of it, and not one in a line of its own", () => {
    const secret = fillShape("EAA{alnum:80}", 1);
    const picture = `data:image/png;base64,${fillShape("{base64:200}", 2)}+${secret}/${fillShape("{base64:200}", 3)}`;
    expect(sum(inside(picture, secret, {}))).toBe(-50);
    expect(sum(inside(`token: ${secret}\n`, secret, {}))).toBe(0);
  });

  it("makes little of what is of low severity anyway, among tests", () => {
    const { rule } = candidate("x", 'severity = "low"');
    expect(sum(inside("a key", "key", { rule, path: "test/users.yml" }))).toBe(-15);
    expect(sum(inside("a key", "key", { rule, path: "deploy/users.yml" }))).toBe(0);
  });
});

it("lists every source there is", () => {
  const folder = new URL("../../../../src/core/scan/evidence/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "all-evidence.ts");
  expect(allEvidence.length).toBeLessThanOrEqual(files.length);
  expect(new Set(allEvidence).size).toBe(allEvidence.length);
});
