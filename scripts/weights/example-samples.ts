import type { ExampleText } from "../../test/bench/example-texts.ts";
import { meaningOfName } from "../../src/core/scan/generic/credential-names.ts";
import { valueKindOf } from "../../src/core/scan/judge/value-kind.ts";
import { judgedValue } from "../../src/core/scan/judge/value-features.ts";
import { featuresAt, openValues, type Sample, type Seen } from "./sample.ts";

/** Each way to write a credential stands once or twice here, where repositories repeat theirs: it counts as a labelled line does. */
const goodWeight = 1;
/** A near miss of one rule may well hold a credential of another kind. */
const badWeight = 0.6;
/** The texts come without files: none of these may be learned as a sign. */
const paths = ["a.txt", "a.env", "a.py", "a.yml", "a", "a.json", "a.sh", "a.md"];
const groups = 16;

/** Samples of provider examples, those of one rule in one group. Only what is plain is learned from: one open value under a name of its own. */
export function exampleSamples(examples: readonly ExampleText[]): readonly Sample[] {
  const rules = [...new Set(examples.map(({ rule, source }) => rule ?? source))].sort();
  const groupOf = new Map(rules.map((rule, at) => [rule, `examples ${at % groups}`]));
  return examples
    .filter(({ dup_of, conflict }) => dup_of === undefined && conflict !== true)
    .flatMap(({ text, expected, rule, source }, index) => {
      const path = paths[index % paths.length] ?? "";
      const group = groupOf.get(rule ?? source) ?? "";
      const seen = openValues(Buffer.from(`${text}\n`).toString("latin1"), path).filter(isPlain);
      if (expected && seen.length !== 1) return [];
      const weight = expected ? goodWeight : badWeight;
      return seen.map((one): Sample => ({
        group,
        path,
        line: 0,
        endLine: 0,
        features: featuresAt(one),
        isTrue: expected,
        weight,
      }));
    });
}

function isPlain({ named, view }: Seen): boolean {
  const { about, other } = meaningOfName(named.name);
  const value = judgedValue(view.text.slice(named.start, named.end), named);
  return !about && !other && valueKindOf(value, named.quoting) === null;
}
