import fc from "fast-check";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import type { Detector } from "../../../src/core/scan/detector.ts";
import { detectorRule } from "../../../src/core/scan/generic/detector-rule.ts";
import { chooseDetectors } from "../../../src/core/scan/generic/choose-detectors.ts";
import { genericDetector } from "../../../src/core/scan/generic/generic-detector.ts";
import { describe, expect, it } from "vitest";
import { createReferenceScanner } from "../../../src/core/scan/reference-scanner.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { testFingerprint } from "../../support/fingerprint.ts";
import { findingsWith, rulesOf, scanWith, secretsWith } from "../../support/scan-with.ts";

const acme = `
[[rules]]
id = "acme"
description = "Acme key"
regex = '''acme_([a-z0-9]{16})'''
keywords = ["acme_"]
`;
const key = fillShape("{alnumlower:16}", 1);
const other = fillShape("{alnumlower:16}", 2);

describe("a rule", () => {
  it("gives its first group that is not empty", () => {
    const rule = `[[rules]]\nid = "r"\nregex = '''k=(?:"([a-z0-9]+)"|([a-z0-9]+))'''`;
    expect(secretsWith(rule, `k="${key}" k=${other}`)).toEqual([key, other]);
  });

  it("gives the group it names", () => {
    const rule = `[[rules]]\nid = "r"\nsecretGroup = 2\nregex = '''(\\w+)=([a-z0-9]+)'''`;
    expect(secretsWith(rule, `k=${key}`)).toEqual([key]);
  });

  it("gives the whole match without groups, line ends around it left out", () => {
    expect(secretsWith(`[[rules]]\nid = "r"\nregex = '''\\n[a-z0-9]{16}\\r?\\n'''`, `x\n${key}\r\ny`)).toEqual([key]);
  });

  it("runs only where a keyword occurs, in any case", () => {
    const rule = acme.replace("acme_(", "[A-Z]+_(").replace('"acme_"', '"Needle", "none"');
    expect(secretsWith(rule, `X_${key}`)).toEqual([]);
    expect(secretsWith(rule, `X_${key} nEEDLE`)).toEqual([key]);
  });

  it("drops what does not exceed its entropy", () => {
    const rule = `${acme}\nentropy = 3.0`;
    expect(secretsWith(rule, `acme_${key} acme_aaaaaaaabbbbbbbb acme_aabbccddeeffgghh`)).toEqual([key]);
  });

  it("runs only on its paths", () => {
    const rule = `${acme}\npath = '''\\.env$'''`;
    expect(secretsWith(rule, `acme_${key}`, "a/.env")).toEqual([key]);
    expect(secretsWith(rule, `acme_${key}`, "a/.env.md")).toEqual([]);
  });

  it("without a regex is about the file", () => {
    const [finding] = findingsWith(
      `[[rules]]\nid = "r"\ndescription = "Key store"\npath = '''\\.p12$'''`,
      "x",
      "a/b.p12",
    );
    expect(finding).toMatchObject({ title: "Key store", path: "a/b.p12", mask: "a/b.p12****" });
    expect(finding?.span).toMatchObject({ offset: 0, length: 0, line: 1, column: 1 });
  });
});

describe("an allowlist", () => {
  const allow = (lines: string): string => `${acme}\n[[rules.allowlists]]\n${lines}`;
  const text = `acme_${key} # only a test`;

  it.each([
    ["a regex on the secret", `regexes = ['''^${key}$''']`],
    ["a regex on the match", `regexTarget = "match"\nregexes = ['''^acme_''']`],
    ["a regex on the line", `regexTarget = "line"\nregexes = ['''only a test''']`],
    ["a path", `paths = ['''^src/''']`],
    ["a stopword, whatever its case", `stopwords = ["${key.slice(3, 9).toUpperCase()}"]`],
    ["one of several tests", `paths = ['''^docs/''']\nstopwords = ["${key.slice(0, 5)}"]`],
    ["all of several tests", `condition = "AND"\npaths = ['''^src/''']\nregexes = ['''${key}''']`],
  ])("excuses by %s", (_what, lines) => {
    expect(secretsWith(allow(lines), text)).toEqual([]);
  });

  it.each([
    ["a regex that hits only the line", `regexes = ['''only a test''']`],
    [
      "a test that fails of several that must hit",
      `condition = "AND"\npaths = ['''^docs/''']\nregexes = ['''${key}''']`,
    ],
  ])("does not excuse by %s", (_what, lines) => {
    expect(secretsWith(allow(lines), text)).toEqual([key]);
  });

  it("of the file holds for every rule, or for those it names", () => {
    const two = `${acme}\n${acme.replaceAll("acme", "emca")}`;
    const both = `acme_${key} emca_${other}`;
    expect(secretsWith(`[allowlist]\npaths = ['''src''']\n${two}`, both)).toEqual([]);
    expect(secretsWith(`[[allowlists]]\ntargetRules = ["emca"]\npaths = ['''src''']\n${two}`, both)).toEqual([key]);
  });
});

describe("a credential of several parts", () => {
  const pair = (required: string): string => `
[[rules]]
id = "secret"
regex = '''secret=([a-z0-9]{16})'''
required = [{ id = "id"${required} }]
[[rules]]
id = "id"
description = "The id"
regex = '''id=([0-9]{6})'''
skipReport = true
`;
  const secret = `secret=${key}`;

  it("is one finding that shows the other part", () => {
    const [finding, ...more] = findingsWith(pair(""), `id=123456\n\n${secret}`);
    expect(more).toEqual([]);
    expect(finding?.parts).toEqual([
      { name: "The id", mask: "****", span: { offset: 3, length: 6, line: 1, column: 4, endLine: 1, endColumn: 10 } },
    ]);
  });

  it("is not found without the part, and the part not without it", () => {
    expect(secretsWith(pair(""), secret)).toEqual([]);
    expect(secretsWith(pair(""), "id=123456")).toEqual([]);
  });

  it("is found without a part that is optional", () => {
    expect(secretsWith(pair(", optional = true"), secret)).toEqual([key]);
  });

  it("has its parts near each other, by lines and by columns", () => {
    expect(secretsWith(pair(", withinLines = 2"), `id=123456\n\n${secret}`)).toEqual([key]);
    expect(secretsWith(pair(", withinLines = 1"), `id=123456\n\n${secret}`)).toEqual([]);
    expect(secretsWith(pair(", withinColumns = 20"), `id=123456 ${secret}`)).toEqual([key]);
    expect(secretsWith(pair(", withinColumns = 10"), `id=123456 ${secret}`)).toEqual([]);
    expect(secretsWith(pair(", withinColumns = 5"), `id=123456\n ${secret}`)).toEqual([key]);
  });

  it("shows the nearest of several", () => {
    const [finding] = findingsWith(pair(""), `id=111111\nid=222222\n${secret}\n\n\n\n\n\nid=333333`);
    expect(finding?.parts?.[0]?.span.line).toBe(2);
  });

  const encoded = (text: string): string => Buffer.from(text).toString("base64");
  const named = (id: string, more = ""): string => `
[[rules]]
id = "secret"
regex = '''secret: ([a-z0-9]{16})\\b'''
required = [{ id = "id", withinLines = 3 }]
${more}
[[rules]]
id = "id"
regex = '''id: (${id})'''
skipReport = true
`;

  it.each([
    ["its secret", `id: 12345678\nsecret: ${encoded(key)}\n`, 1],
    ["its id", `secret: ${key}\nid: ${encoded("12345678")}\n`, 2],
    ["both, one of them twice", `id: ${encoded("12345678")}\nsecret: ${encoded(encoded(key))}\n`, 1],
    ["each in its own way", `id: ${encoded("12345678")}\nsecret: ${Buffer.from(key).toString("hex")}\n`, 1],
  ])("is one finding where it was encoded: %s", (_what, text, line) => {
    const rules = named("[0-9]{8}");
    const matches = scanWith(rules, text);
    expect(matches.map(({ secret: found }) => found.reveal())).toEqual([key]);
    expect(matches[0]?.finding.parts?.map(({ span }) => span.line)).toEqual([line]);
    expect(secretsWith(rules, text.replace("\n", "\n\n\n\n"))).toEqual([]);
  });

  it("has its keyword in the part, whichever of them was encoded", () => {
    const rules = named("ACME[0-9]{8}", 'keywords = ["acme"]');
    expect(secretsWith(rules, `id: ACME12345678\nsecret: ${encoded(key)}\n`)).toEqual([key]);
    expect(secretsWith(rules, `secret: ${key}\nid: ${encoded("ACME12345678")}\n`)).toEqual([key]);
  });

  it("does not show a part again as the text that it was encoded to", () => {
    const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
    const { ruleSet } = loadDefaultRules();
    const scanner = createReferenceScanner({ ruleSet, detectors, fingerprint: testFingerprint });
    const id = fillShape("{aws-key-id:AKIA}", 3);
    const text = `kind: Secret\ndata:\n  one: ${encoded(id)}\n  two: ${encoded(fillShape("{base64:40}", 4))}\n`;
    const { matches } = scanner.scan({ path: "secret.yaml", bytes: Buffer.from(text) });
    expect(matches.map(({ finding }) => [finding.ruleId, finding.parts?.length])).toEqual([["aws-key-pair", 1]]);
  });

  it("does not show a part as a finding of nobody", () => {
    const nobodys = detectorRule("nobodys", "Something", "high", 10);
    const find: Detector["find"] = (haystack) =>
      [...haystack.text.matchAll(/[0-9]{6}/g)].map(({ 0: found, index: start }) => {
        const [end, reasons] = [start + found.length, [{ what: "a number", points: 90 }]];
        return {
          ...haystack,
          rule: nobodys,
          secret: found,
          start,
          end,
          matchStart: start,
          matchEnd: end,
          parts: [],
          reasons,
        };
      });
    const detectors = [{ rules: [nobodys], find }];
    const { ruleSet } = rulesOf(pair(""));
    const scanner = createReferenceScanner({ ruleSet, detectors, fingerprint: testFingerprint });
    const idsIn = (text: string): readonly string[] =>
      scanner.scan({ path: "a", bytes: Buffer.from(text) }).matches.map(({ finding }) => finding.ruleId);
    expect(idsIn(`id=123456 ${secret}`)).toEqual(["secret"]);
    expect(idsIn("id=123456")).toEqual(["nobodys"]);
  });

  it("does not show a part again by itself", () => {
    const reported = pair("").replace("skipReport = true", "");
    expect(findingsWith(reported, `id=123456 ${secret} and far away id=654321`).map(({ ruleId }) => ruleId)).toEqual([
      "secret",
      "id",
    ]);
  });
});

describe("findings that overlap", () => {
  const rule = (id: string, regex: string, more = ""): string =>
    `[[rules]]\nid = "${id}"\nregex = '''${regex}'''\n${more}\n`;
  const idsOf = (toml: string): readonly string[] => findingsWith(toml, `acme_${key}`).map(({ ruleId }) => ruleId);

  it("leave the surer one", () => {
    expect(idsOf(rule("a", "acme_[a-z0-9]+") + rule("b", "[a-z0-9]{16}", 'confidence = "strong"'))).toEqual(["b"]);
  });

  it("leave a provider's own, also with a wrong checksum, before a surer one of nobody", () => {
    const token = fillShape("ghp_{alnum:36}", 5);
    const { ruleSet } = loadDefaultRules();
    const scanner = createReferenceScanner({ ruleSet, detectors: [genericDetector], fingerprint: () => "" });
    const { matches } = scanner.scan({ path: "src/app.py", bytes: Buffer.from(`api_token = "${token}"\n`) });
    expect(matches.map(({ finding }) => finding.ruleId)).toEqual(["github-personal-access-token"]);
    expect(matches[0]?.finding.confidence.level).toBe("medium");
  });

  it("leave the more specific one of equally sure ones", () => {
    expect(idsOf(rule("a", "acme_[a-z0-9]+", "specificity = 50") + rule("b", "[a-z0-9]{16}"))).toEqual(["b"]);
  });

  it("leave the longer one, then the one that is first by name", () => {
    expect(idsOf(rule("a", "[a-z0-9]{16}") + rule("b", "acme_[a-z0-9]+"))).toEqual(["b"]);
    expect(idsOf(rule("b", "[a-z0-9]{16}") + rule("a", "[a-z0-9]{16}"))).toEqual(["a"]);
  });

  it("do not push out what only touches them", () => {
    expect(idsOf(rule("a", "acme_") + rule("b", "[a-z0-9]{16}"))).toEqual(["a", "b"]);
  });
});

describe("a place", () => {
  it("counts bytes, lines, and columns in UTF-16 units", () => {
    const before = 'é = "😀",\r\nλ: 😀';
    const [finding] = findingsWith(acme, `${before} acme_${key}\n`);
    expect(finding?.span).toEqual({
      offset: Buffer.byteLength(`${before} acme_`),
      length: 16,
      line: 2,
      column: "λ: 😀 acme_".length + 1,
      endLine: 2,
      endColumn: "λ: 😀 acme_".length + 17,
    });
  });

  it("is right in the middle of bytes that are not UTF-8", () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x80, 0x0a, 0xc3]), Buffer.from(` acme_${key}`)]);
    expect(findingsWith(acme, bytes.subarray(2))[0]?.span).toMatchObject({ offset: 9, line: 2, column: 8 });
  });

  it("spans the lines of a secret that has several", () => {
    const [finding] = findingsWith(
      `[[rules]]\nid = "r"\nregex = '''BEGIN[a-z0-9\\n]+END'''`,
      `x\n BEGIN\n${key}\nEND y`,
    );
    expect(finding?.span).toMatchObject({ line: 2, column: 2, endLine: 4, endColumn: 4 });
  });

  it("agrees with the text, for any text around", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.string({ unit: "binary" }), (before, after) => {
        fc.pre(before.isWellFormed() && after.isWellFormed() && !before.startsWith("\ufeff"));
        const text = `${before}acme_${key}${after}`;
        const found = findingsWith(acme, text).find(({ via }) => via.length === 0);
        const line = text.split("\n")[(found?.span.line ?? 0) - 1];
        expect(line?.slice((found?.span.column ?? 0) - 1).startsWith(key)).toBe(true);
        expect(Buffer.from(text).toString("utf8", found?.span.offset, (found?.span.offset ?? 0) + 16)).toBe(key);
      }),
    );
  });
});

describe("what is found", () => {
  it("comes in order of place, the same every time", () => {
    const text = Array.from({ length: 20 }, (_, seed) => `acme_${fillShape("{alnumlower:16}", seed)}`).join("\n");
    const [first, second] = [findingsWith(acme, text), findingsWith(acme, text)];
    expect(first).toEqual(second);
    expect(first.map(({ span }) => span.line)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  });

  it("holds nothing of the secret but the mask", () => {
    const [match] = scanWith(acme, `acme_${key}`);
    expect(JSON.stringify(match)).not.toContain(key.slice(0, 6));
    expect(match?.finding.mask).toBe(`${key.slice(0, 2)}****`);
    expect(match?.secret.reveal()).toBe(key);
  });

  it("has one fingerprint for one secret, whatever rule of the family found it and wherever", () => {
    const family = 'family = "acme"\n';
    const rules = `${acme}${family}${acme.replaceAll("acme", "emca")}${family}`;
    const [a, b, c] = findingsWith(rules, `acme_${key}\n emca_${key} acme_${other}`);
    expect(a?.fingerprint).toBe(b?.fingerprint);
    expect(c?.fingerprint).not.toBe(a?.fingerprint);
  });

  it("has one fingerprint for one PEM key, however it is wrapped, indented and escaped", () => {
    const rule = `[[rules]]\nid = "r"\nregex = '''-----BEGIN (?s:.)+?-----END PRIVATE KEY-----'''`;
    const pem = fillShape("{pem:PRIVATE KEY}", 1);
    const forms = [pem, pem.replaceAll("\n", "\r\n"), pem.replaceAll("\n", "\\n"), pem.replaceAll("\n", "\n    ")];
    const prints = forms.map((form) => findingsWith(rule, form)[0]?.fingerprint);
    expect(new Set(prints).size).toBe(1);
  });

  it("is the same on any bytes twice, and never an error", () => {
    const { ruleSet } = rulesOf(acme);
    const scanner = createReferenceScanner({ ruleSet, fingerprint: testFingerprint });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(scanner.scan({ path: "x", bytes })).toEqual(scanner.scan({ path: "x", bytes }));
      }),
    );
  });
});

describe("many findings in one line", () => {
  it("take linear time", () => {
    const pairs = `${acme}required = [{ id = "id", withinColumns = 50 }]\n[[rules]]\nid = "id"\nregex = '''id=(\\d{6})'''\n[[rules]]\nid = "wide"\nregex = '''[a-z_]{3}[a-z0-9]{4,30}'''`;
    // Of this thread alone, so that what else the machine does has no say.
    const spent = (count: number): number => {
      const before = process.threadCpuUsage();
      expect(scanWith(pairs, `id=123456 acme_${key} `.repeat(count)).length).toBeGreaterThanOrEqual(count);
      return process.threadCpuUsage(before).user;
    };
    spent(1000);
    // Linear time is 8 times as long for 8 times as much, quadratic time 64 times.
    expect(spent(16_000) / spent(2000)).toBeLessThan(24);
  });
});
