import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BytePattern } from "../../core/scan/re2/translate.ts";
import type { Rule, RuleSet } from "../../core/scan/rules/rule.ts";

/** What a bundle was made of; nothing where Keyward runs from its files. Whoever bundles puts it here. */
declare const KEYWARD_STATE: string | undefined;

/** Where a text lies among those of all patterns. */
type Span = readonly [start: number, end: number];

type KeptPattern = Omit<BytePattern, "re2" | "js"> & { readonly re2: Span; readonly js: Span };
type KeptRule = Omit<Rule, "regex" | "docs"> & { readonly regex: KeptPattern | null; readonly docs: Span };
type Head = Omit<RuleSet, "rules"> & { readonly rules: readonly KeptRule[] };

const lengthSize = 4;
/** Beside the bundle's folder. */
const bundledFile = fileURLToPath(new URL("../rules.bin", import.meta.url));

/** Keyward's own rules as they were compiled into the bundle that runs; null where none does. They are without their examples. */
export function bundledRules(): RuleSet | null {
  return typeof KEYWARD_STATE === "undefined" ? null : rulesOf(readFileSync(bundledFile));
}

/** Writes rules for `bundledRules`. */
export function bundleRules(ruleSet: RuleSet, file: string): void {
  writeFileSync(file, bytesOfRules(ruleSet));
}

/** A rule set as bytes: the length of its head (32 bits), the head, and the texts of its regexes and of addresses, of which a scan needs few. */
export function bytesOfRules({ rules, ...rest }: RuleSet): Uint8Array {
  const texts: Buffer[] = [];
  let end = 0;
  const spanOf = (text: string): Span => {
    const bytes = Buffer.from(text);
    texts.push(bytes);
    return [end, (end += bytes.length)];
  };
  const kept = rules.map((rule): KeptRule => {
    const { regex } = rule;
    const spans = regex === null ? null : { ...regex, re2: spanOf(regex.re2), js: spanOf(regex.js) };
    return { ...rule, regex: spans, docs: spanOf(rule.docs.join("\n")), examples: [], nearMisses: [] };
  });
  const head = Buffer.from(JSON.stringify({ ...rest, rules: kept } satisfies Head));
  const length = Buffer.alloc(lengthSize);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...texts]);
}

/** The rule set of `bytesOfRules`. */
export function rulesOf(bytes: Uint8Array): RuleSet {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const textsAt = lengthSize + buffer.readUInt32LE(0);
  const { rules, ...rest } = JSON.parse(buffer.toString("utf8", lengthSize, textsAt)) as Head;
  const textAt = ([start, end]: Span): string => buffer.toString("utf8", textsAt + start, textsAt + end);
  const patternOf = ({ re2, js, ...pattern }: KeptPattern): BytePattern => ({
    ...pattern,
    get re2() {
      return textAt(re2);
    },
    get js() {
      return textAt(js);
    },
  });
  return {
    ...rest,
    rules: rules.map((rule) => ({
      ...rule,
      regex: rule.regex === null ? null : patternOf(rule.regex),
      get docs() {
        return textAt(rule.docs)
          .split("\n")
          .filter((address) => address !== "");
      },
    })),
  };
}
