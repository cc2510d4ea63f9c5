import { z } from "zod";
import type { Opener } from "./opener.ts";
import { gapOf, type Part } from "./part.ts";

/** Text in a notebook is a string or a list of lines. https://nbformat.readthedocs.io/en/latest/format_description.html */
const text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(""))]).catch("");

const output = z.looseObject({
  text: text.optional(),
  evalue: text.optional(),
  traceback: text.optional(),
  data: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

const cell = z.looseObject({
  source: text.optional(),
  /** What `source` was called before version 4. */
  input: text.optional(),
  outputs: z.array(output.catch({})).optional().catch(undefined),
});

const cells = z.array(cell.catch({})).optional().catch(undefined);

const notebook = z.looseObject({
  cells,
  worksheets: z.array(z.looseObject({ cells }).catch({})).optional().catch(undefined),
});

/** Jupyter notebooks: the source of every cell and the text of its outputs, as a person reads them. Cells count from 1. */
export const openNotebook: Opener = async function* openNotebook({ bytes, path }) {
  const parsed = notebook.safeParse(jsonOf(bytes));
  if (!parsed.success) {
    const named = path.endsWith(".ipynb") ? "The name says that this is a notebook, but it" : "This notebook";
    yield gapOf("", "corrupt", `${named} is not a JSON object; it was scanned as plain text.`);
    return;
  }
  const { cells = [], worksheets = [] } = parsed.data;
  const all = [...cells, ...worksheets.flatMap((sheet) => sheet.cells ?? [])];
  for (const [at, { source, input, outputs = [] }] of all.entries()) {
    yield* part(`cell-${at + 1}`, source ?? input ?? "");
    for (const [number, shown] of outputs.entries()) {
      yield* part(`cell-${at + 1}/output-${number + 1}`, textOfOutput(shown));
    }
  }
};

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // JSON.parse quotes what it choked on, which could be a secret.
    return null;
  }
}

/** Pictures are left to the scan of the notebook's own bytes. */
function textOfOutput({ text = "", evalue = "", traceback = "", data = {} }: z.infer<typeof output>): string {
  const shown = Object.entries(data)
    .filter(([type]) => type.startsWith("text/") || type.includes("json") || type.includes("xml"))
    .map(([, value]) => asText(value));
  return [text, evalue, traceback, ...shown].filter((one) => one !== "").join("\n");
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
  return JSON.stringify(value, null, 1);
}

/** ECMA-48 control sequences: colours, which tracebacks put inside words. */
const controlSequence = /\x1b\[[0-9;]{0,20}[A-Za-z]/g;

function* part(name: string, content: string): Generator<Part> {
  const plain = content.replace(controlSequence, "");
  if (plain.trim() !== "") yield { kind: "part", name, bytes: Buffer.from(plain) };
}
