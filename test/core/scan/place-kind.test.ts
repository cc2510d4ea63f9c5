import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createContentExpander } from "../../../src/adapters/archives/content-expander.ts";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import { createDeepScanner } from "../../../src/core/scan/deep-scanner.ts";
import { chooseDetectors } from "../../../src/core/scan/generic/choose-detectors.ts";
import { atPath, withoutPath } from "../../../src/core/scan/kept-scan.ts";
import { placeKinds } from "../../../src/core/scan/place-kind.ts";
import { createReferenceScanner } from "../../../src/core/scan/reference-scanner.ts";
import type { RuleSet } from "../../../src/core/scan/rules/rule.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { zipOf } from "../../support/archives/zip.ts";
import { testFingerprint } from "../../support/fingerprint.ts";
import { rulesOf } from "../../support/scan-with.ts";

const expander = createContentExpander();
afterAll(() => expander.close());

const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });

/** Rules that look at paths in every way that a file of users has. */
const { ruleSet: users } = rulesOf(`
[[rules]]
id = "in-env"
description = "In an environment file"
path = '''\\.env$'''
regex = '''key_[a-z0-9]{12}'''
[[rules]]
id = "elsewhere"
description = "Anywhere but in samples"
regex = '''tok_[a-z0-9]{12}'''
[[rules.allowlists]]
paths = ['''(?i)samples?/''']
[[rules]]
id = "key-file"
description = "A file of keys"
path = '''\\.pem$'''
[[rules.allowlists]]
regexes = ['''public''']
`);

const scannerOf = (ruleSet: RuleSet) =>
  createDeepScanner(createReferenceScanner({ ruleSet, detectors, fingerprint: testFingerprint }), expander);

const folders = ["", "src/", "src/test/", "docs/", "docs/samples/", "vendor/", "config/", "i18n/a/", "a/b/", "public/"];
const names = ["app", "other", "readme", "x.test", "master", "x.min"];
const endings = [".ts", ".js", ".py", ".yml", ".md", ".env", ".pem", ".key", ".ipynb", ""];
const paths = folders.flatMap((folder) => names.flatMap((name) => endings.map((ending) => folder + name + ending)));

const secret = (shape: string): string => fillShape(shape, 7);
const texts = [
  `password = "${secret("{alnum:20}")}"\n`,
  `const token = connect("${secret("{github-token:ghp_}")}");\n`,
  `${secret("key_{alnum:12}").toLowerCase()} ${secret("tok_{alnum:12}").toLowerCase()}\n`,
  `${secret("{hex:32}")}\n`,
  `{"cells": [{"cell_type": "code", "source": ["api_key = '${secret("{alnum:24}")}'"]}], "nbformat": 4}`,
];
const zips = await Promise.all(texts.map((text) => zipOf({ "tests/a.ts": text })));
const contents = fc.oneof(
  fc.constantFrom(...texts).map((text) => Buffer.from(text)),
  fc.constantFrom(...texts).map((text) => Buffer.from(`data: ${Buffer.from(text).toString("base64")}\n`)),
  fc
    .constantFrom(...texts)
    .map((text) => Buffer.concat([Buffer.from("\xfe\xed\xfe\xed\0\0\0\x02", "latin1"), Buffer.from(text)])),
  fc.constantFrom(...zips),
);

describe.each([
  { name: "Keyward's own rules", ruleSet: loadDefaultRules().ruleSet },
  { name: "rules that look at paths", ruleSet: users },
])("$name", ({ ruleSet }) => {
  const scanner = scannerOf(ruleSet);
  const kindOf = placeKinds(ruleSet, detectors);
  const scan = async (path: string, bytes: Uint8Array) => {
    const { matches, gaps, hangsOnPath } = await scanner.scan({ path, bytes });
    return { said: { findings: matches.map(({ finding }) => finding), gaps }, hangsOnPath };
  };

  const alike = [...Map.groupBy(paths, kindOf).values()].filter((group) => group.length > 1);
  const pairs = fc.constantFrom(...alike).chain((group) => fc.shuffledSubarray(group, { minLength: 2, maxLength: 2 }));

  it("say the same of the same bytes at two paths of one kind, or that it hangs on the path", async () => {
    await fc.assert(
      fc.asyncProperty(contents, pairs, async (bytes, [one = "", other = ""]) => {
        const first = await scan(one, bytes);
        const second = await scan(other, bytes);
        expect(second.hangsOnPath).toBe(first.hangsOnPath);
        if (first.hangsOnPath === true) return;
        const kept = withoutPath(first.said, one);
        expect(kept && atPath(kept, other)).toEqual(second.said);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a path", () => {
  const kindOf = placeKinds(users, detectors);

  it("is of another kind where a rule or an allowlist looks for it", () => {
    expect(kindOf("a/b.ts")).toBe(kindOf("c/d.ts"));
    expect(kindOf("samples/b.ts")).not.toBe(kindOf("docs/b.ts"));
    expect(kindOf("prod.env")).not.toBe(kindOf("prod.toml"));
  });

  it("is a kind of its own where the finding is about the file", () => {
    expect(kindOf("a.pem")).not.toBe(kindOf("b.pem"));
  });

  it("is a kind of its own where an allowlist or a filter may ask it anything", () => {
    const { ruleSet } = rulesOf(`[allowlist]\nstopwords = ["abc"]\n[[rules]]\nid = "a"\nregex = '''key_\\w+'''\n`);
    const own = placeKinds(ruleSet, []);
    expect(own("a/b.ts")).not.toBe(own("c/d.ts"));
  });
});
