import { type Document, isAlias, isCollection, isMap, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";

/** Where something stands in a text; both count from 1. */
export type TextPosition = { readonly line: number; readonly column: number };

/** A YAML text that was read: its value, and where each part of it stands. */
export type YamlText = {
  readonly value: unknown;
  /** Of the deepest part of the path that is there; of its key, where it has one. */
  readonly positionOf: (path: readonly PropertyKey[]) => TextPosition;
};

export type NoYaml = TextPosition & { readonly message: string };

/** Reads YAML 1.2. A key that stands twice is an error, and so is a text that unfolds to many times its size. */
export function parseYaml(text: string): YamlText | NoYaml {
  const lines = new LineCounter();
  const at = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = readDocument(text, lines);
  if (document === null) return { line: 1, column: 1, message: "the YAML is nested too deep to be read" };
  const [error] = document.errors;
  // The parser's own message may quote the text.
  if (error !== undefined) return { ...at(error.pos[0]), message: `not valid YAML (${codeText(error.code)})` };
  // Made text of, as a key has to be, a few of them in each other take minutes.
  const key = firstStructuredKey(document);
  if (key !== null) return { ...at(key.range?.[0] ?? 0), message: "a key has to be a word: found a list or a table" };
  try {
    return {
      value: document.toJS({ maxAliasCount: 50 }) as unknown,
      positionOf: (path) => at(offsetOf(document.contents, path)),
    };
  } catch {
    return { line: 1, column: 1, message: "the YAML cannot be unfolded: write it without aliases (`*name`)" };
  }
}

/** Null where the text is nested so deep that the parser, which is recursive, has no stack left. */
export function readDocument(text: string, lineCounter?: LineCounter): Document.Parsed | null {
  try {
    return parseDocument(text, { prettyErrors: false, ...(lineCounter && { lineCounter }) });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function firstStructuredKey(document: Document.Parsed): Node | null {
  let found: Node | null = null;
  visit(document, {
    Pair: (_, { key }) => {
      if (!isCollection(key) && !isAlias(key)) return undefined;
      found = key;
      return visit.BREAK;
    },
  });
  return found;
}

const codeText = (code: string): string => code.toLowerCase().replaceAll("_", " ");

function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(valueOf(key)) === String(step));
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number") {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];
const valueOf = (key: unknown): unknown => (key as { readonly value?: unknown } | null)?.value;
