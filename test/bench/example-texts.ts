/** Short texts with a credential of a provider or a near miss, as lines of JSON. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type ExampleText = {
  readonly id: string;
  readonly text: string;
  /** Whether it holds what its rule is about. */
  readonly expected: boolean;
  readonly source: string;
  readonly rule?: string;
  /** The id of an earlier one with the same text. */
  readonly dup_of?: string;
  /** The same text is expected elsewhere. */
  readonly conflict?: boolean;
};

/** All texts of a folder's `*.jsonl`. */
export function readExampleTexts(folder: string): readonly ExampleText[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return files.flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as ExampleText),
  );
}
