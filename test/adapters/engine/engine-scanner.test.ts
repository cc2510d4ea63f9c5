import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createWasmSpotter } from "../../../src/adapters/engine/wasm-spotter.ts";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import type { Detector } from "../../../src/core/scan/detector.ts";
import { compileProgram, createEngineScanner } from "../../../src/core/scan/engine/engine-scanner.ts";
import { chooseDetectors } from "../../../src/core/scan/generic/choose-detectors.ts";
import { createReferenceScanner } from "../../../src/core/scan/reference-scanner.ts";
import type { RuleSet } from "../../../src/core/scan/rules/rule.ts";
import type { ScanOutcome, Scanner } from "../../../src/core/scan/scanner.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { testFingerprint } from "../../support/fingerprint.ts";
import { rulesOf } from "../../support/scan-with.ts";

/** Both scanners must give the same for the same, to the last reason and column. */
function bothScanners(ruleSet: RuleSet, detectors: readonly Detector[]): { engine: Scanner; reference: Scanner } {
  const program = compileProgram(ruleSet, detectors);
  const spotter = createWasmSpotter(program);
  const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
  const fingerprint = testFingerprint;
  return {
    engine: createEngineScanner({ ruleSet, detectors, fingerprint, program, spotter, textOf }),
    reference: createReferenceScanner({ ruleSet, detectors, fingerprint }),
  };
}

const { ruleSet } = loadDefaultRules();
const own = bothScanners(ruleSet, chooseDetectors({ generic: true, entropy: null, disabled: [] }));
const withEntropy = bothScanners(
  ruleSet,
  chooseDetectors({ generic: true, entropy: { base64: 4.5, hex: 3 }, disabled: ["generic-password"] }),
);

const shown = ({ matches, gaps, embedded }: ScanOutcome): unknown => ({
  findings: matches.map(({ finding }) => finding),
  gaps,
  embedded: embedded?.map(({ bytes, via, span }) => ({ bytes: Buffer.from(bytes).toString("hex"), via, span })),
});

function expectSame({ engine, reference }: typeof own, text: string | Uint8Array, path = "src/app.txt"): number {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const expected = reference.scan({ path, bytes });
  expect(shown(engine.scan({ path, bytes }))).toEqual(shown(expected));
  return expected.matches.length;
}

const examples = ruleSet.rules.flatMap((rule) => [...rule.examples.slice(0, 1), ...rule.nearMisses.slice(0, 1)]);
const filled = (shape: string): string => fillShape(shape, 7);
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("the engine gives what the reference scanner gives", () => {
  it("for the examples of every rule, by themselves and after one another", { timeout: 180_000 }, () => {
    let found = 0;
    for (const shape of examples) found += expectSame(own, filled(shape));
    expect(found).toBeGreaterThan(ruleSet.rules.length);
    for (let at = 0; at < examples.length; at += 40) {
      expectSame(
        own,
        examples
          .slice(at, at + 40)
          .map(filled)
          .join("\n"),
        "config/values.yml",
      );
    }
  });

  it("in one long line, at the ends of a text, and encoded in several ways", () => {
    const spaced = " lorem = ipsum; ".repeat(80);
    for (const shape of examples.filter((_, at) => at % 23 === 0)) {
      const text = filled(shape);
      expectSame(own, spaced + text + spaced);
      expectSame(own, `${text}${spaced}${text}`);
      expectSame(own, `data: ${base64(text)}\nnext: ${base64(base64(text))}\n`);
      expectSame(own, Buffer.from(text).toString("hex"));
      expectSame(own, encodeURIComponent(text));
      expectSame(own, text.replaceAll("=", "&#x3d;").replaceAll("/", "\\/"));
      expectSame(own, Buffer.from(`\ufeff${text}`, "utf16le"));
      expectSame(withEntropy, `x = "${text}"`);
    }
  });

  it("in texts that come after others, in which the same values were none", () => {
    const values = [
      "nextToken",
      "changeme",
      filled("{alnum:24}"),
      "hunter2hunter2",
      filled("{hex:32}"),
      "true",
      "getToken(x)",
    ];
    const names = ["token", "password", "secretKey", "api_key", "sessionToken", "key"];
    for (const round of [0, 1]) {
      for (const name of names) {
        for (const value of values) {
          expectSame(own, `"${name}": "${value}",\n`.repeat(1 + 3 * round));
          expectSame(own, `${name} = ${value}\nx = [${name}("${value}")]\nset("${name}", '${value}')\n`, "a/test.py");
        }
      }
      for (const value of values)
        expectSame(own, names.map((name) => `${name.toUpperCase()}=${value}`).join("\n"), ".env");
      expectSame(own, values.map((value) => `acme_token = ${value}; sendgrid ${value}`).join("\n"));
    }
  });

  it("for pairs of which one half or each is encoded, in one way or two", () => {
    const hex = (text: string): string => Buffer.from(text).toString("hex");
    const asItIs = (text: string): string => text;
    const pairs = [
      ["key", "{aws-key-id:AKIA}", "secret", "{base64:40}"],
      ["ACCOUNT_SID", "AC{hex:32}", "AUTH_TOKEN", "{hex:32}"],
      ["access_key", "LTAI{alnum:16}", "access_secret", "{alnum:30}"],
      ["id", "DO00{ALNUM:16}", "secret", "{base64:43}"],
    ] as const;
    for (const [idName, id, name, secret] of pairs) {
      for (const first of [asItIs, base64, hex]) {
        for (const second of [asItIs, base64, hex]) {
          const text = `${idName}: ${first(filled(id))}\n${name}: ${second(filled(secret))}\n`;
          expect([text.length, expectSame(own, text)]).toEqual([text.length, 1]);
        }
      }
    }
  });

  it("for files that are known by their path or first bytes", () => {
    for (const path of ["config/master.key", "app/config/credentials/production.key", "other.key"]) {
      expectSame(own, "abcdefghijklmnop".repeat(2).replace(/[g-p]/g, "a"), path);
      expectSame(own, `${"deadbeefcafe".repeat(3).slice(0, 31)}7\n`, path);
    }
    expectSame(own, Buffer.from("feedfeed00000002", "hex"), "a.jks");
    expectSame(own, Buffer.from("30820a0102010330", "hex"), "a.p12");
  });

  it("where the same words stand again and again", () => {
    for (const word of [
      "aws key ",
      "heroku token=",
      "password: ",
      "sk_live_",
      "eyJ.",
      "-----BEGIN ",
      "://a:b@",
      " -u a:b ",
    ])
      expectSame(own, word.repeat(800));
  });

  it("for texts made of pieces that rules and detectors look for", () => {
    const pieces = [
      "password",
      "Secret_Key",
      "api-key",
      "token",
      "aws",
      "heroku",
      "://",
      "user:",
      "@host",
      "Bearer ",
      "eyJ",
      "-----BEGIN",

      " = ",
      ": ",
      '"',
      "'",
      "`",
      "\n",
      " ",
      "\t",
      "(",
      ")",
      ",",
      "{",
      "}",
      "\\",
      "\\x41",
      "%20",
      "&quot;",
      "<",
      ">",
      "/",

      "true",
      "hunter2hunter",
      "A1b2C3d4E5f6G7h8I9j0",
      "f".repeat(8),
      "0123456789abcdef0123456789abcdef",
      "é",
      "пароль",
      "密码",
      " -u ",
      " -p",
      "curl ",
      "mysql ",
      "identified by ",
      "PASSWORD('",
      "acme",
      "stripe",
      ".",
      "-",
      "_",
      "1",
      "x",
      ...examples.filter((_, at) => at % 50 === 0).map(filled),
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 40 }), (parts) => {
        expectSame(own, parts.join(""));
        expectSame(own, base64(parts.join("")));
      }),
      { numRuns: 150 },
    );
  });

  it("for rules of users, whatever they begin with and need", () => {
    const users = rulesOf(String.raw`
      [[rules]]
      id = "no-anchor"
      regex = "[a-f]{4}[0-9]{4}"
      [[rules]]
      id = "keyword-only"
      regex = "[0-9]{6}"
      keywords = ["Kw"]
      [[rules]]
      id = "by-path"
      path = "secret\\.txt$"
      [[rules]]
      id = "in-parts"
      regex = "part_[a-z]{4}"
      required = [{ id = "other-part", withinLines = 2 }]
      [[rules]]
      id = "other-part"
      regex = "other_([a-z]{4})"
      keywords = ["never there"]
      skipReport = true
      [[rules]]
      id = "open"
      regex = "(?s)begin_.*?_end"
      [allowlist]
      stopwords = ["fine"]
    `);
    const scanners = bothScanners(users.ruleSet, []);
    const pieces = [
      "abcd1234",
      "123456",
      "kw",
      "KW",
      "part_abcd",
      "other_efgh",
      "part_fine",
      "begin_",
      "_end",
      "\n",
      " ",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), fc.boolean(), (parts, isSecret) => {
        expectSame(scanners, parts.join(""), isSecret ? "a/secret.txt" : "a/b.txt");
      }),
      { numRuns: 200 },
    );
  });

  it("for bytes of any kind", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void expectSame(own, bytes)),
      { numRuns: 100 },
    );
  });
});
