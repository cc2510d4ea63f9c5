import { privatePartOf } from "../candidate.ts";
import type { EvidenceSource } from "../confidence.ts";

/** Words that people put where a credential will be. In lower case. */
const placeholderWords = [
  "example",
  "placeholder",
  "changeme",
  "change_me",
  "change-me",
  "changeit",
  "your_",
  "your-",
  "yourapi",
  "yourkey",
  "yourtoken",
  "yoursecret",
  "yourpass",
  "xxxx",
  "redacted",
  "insert_",
  "insert-",
  "replace_",
  "replace-",
  "replaceme",
  "dummy",
  "lorem",
  "****",
  "....",
] as const;

const templates =
  /^(?:\$\{.*\}|\$\(.*\)|\{\{.*\}\}|<[^<>]*>|%[({]\w+[)}]s?|\$[A-Z_][A-Z0-9_]*|#\{.*\}|\[[A-Z_ ]+\]|__\w+__|@\w+@|\{(?:[a-z]+\d*|\[[^\]]+\]):\d+\})$/s;

/** Digits chosen to be read: a sample, or a key that somebody made up and uses. */
const handMadeHex = /deadbeef|cafebabe|baadf00d|badc0ffee/i;

/** The first placeholder word in a text, whatever the case; `null` if there is none. */
export function placeholderWordIn(text: string): string | null {
  const lower = text.toLowerCase();
  return placeholderWords.find((word) => lower.includes(word)) ?? null;
}

/** Of a URL with a key in it the key: what comes before says where it leads. */
function keyOf(candidate: Parameters<EvidenceSource>[0]): string {
  const text = privatePartOf(candidate);
  const isUrl = candidate.rule.prefixes.some((prefix) => /^[\w.:/-]+\.[a-z]+\/|^https?:\/\/$/.test(prefix));
  return isUrl ? text.slice(text.lastIndexOf("/") + 1) : text;
}

/** A word that stands for a credential, or a template that will become one. */
export const placeholderEvidence: EvidenceSource = (candidate) => {
  const text = keyOf(candidate);
  if (templates.test(text)) return [{ what: "is a template or a variable, not a value", points: -60 }];
  if (handMadeHex.test(text)) return [{ what: "holds hexadecimal that reads as words, as samples do", points: -10 }];
  const word = placeholderWordIn(text);
  return word === null ? [] : [{ what: `holds "${word}", as placeholders do`, points: -50 }];
};
