import { loadDefaultRules } from "../../src/adapters/files/rule-files.ts";
import { createReferenceScanner } from "../../src/core/scan/reference-scanner.ts";
import { Secret } from "../../src/core/scan/secret.ts";
import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";
import type { Credential } from "../../src/flows/ports/credential-probe.ts";
import { testFingerprint } from "./fingerprint.ts";

const { ruleSet } = loadDefaultRules();
const scanner = createReferenceScanner({ ruleSet, fingerprint: testFingerprint });
const examples = new Map(ruleSet.rules.map(({ id, examples }) => [id, examples]));
const made = new Map<string, Credential>();

/** A credential as the scanner finds it in an example of a rule, with what stands around it. */
export function exampleCredential(ruleId: string): Credential {
  const known = made.get(ruleId) ?? make(ruleId);
  made.set(ruleId, known);
  return known;
}

function make(ruleId: string): Credential {
  for (const shape of examples.get(ruleId) ?? []) {
    const text = fillShape(shape, 7);
    const found = scanner.scan({ path: "src/example.txt", bytes: Buffer.from(text) }).matches;
    const match = found.find(({ finding }) => finding.ruleId === ruleId);
    if (match) return { ruleId, secret: match.secret, surroundings: new Secret(text) };
  }
  throw new Error(`no example of ${ruleId} is found`);
}
