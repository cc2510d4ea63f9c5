import { z } from "zod";
import { nearest } from "./nearest.ts";
import type { TomlPath } from "./toml-lines.ts";

/** Says something about a place of a rule file. */
export type Report = (severity: "error" | "warning", place: TomlPath, message: string) => void;

/** Both: an unknown key is an error. `strict`: nothing of the table is used then. `lenient`: the rest is, and keys may be in any case. */
export type Strictness = "strict" | "lenient";

/** Checks a TOML table against its schema; reports each problem at its place and gives `null` if there is an error. */
export function parseTable<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  place: TomlPath,
  strictness: Strictness,
  report: Report,
): z.infer<Schema> | null {
  const table = strictness === "lenient" ? withCanonicalKeys(value, schema) : value;
  const result = schema.safeParse(table);
  if (result.success) return result.data;
  let failed = false;
  for (const issue of result.error.issues) {
    const unknown = issue.code === "unrecognized_keys" ? issue.keys : null;
    if (unknown === null) report("error", [...place, ...issue.path], describeIssue(issue));
    for (const key of unknown ?? []) {
      report("error", [...place, ...issue.path, key], unknownKey(key, keysAt(schema, issue.path)));
      if (strictness === "lenient") removeKey(table, [...issue.path, key]);
    }
    failed ||= unknown === null || strictness === "strict";
  }
  return failed ? null : schema.parse(table);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const key = issue.path.map(String).join(".");
  return key === "" ? issue.message : `${key}: ${issue.message}`;
}

function unknownKey(key: string, allowed: readonly string[]): string {
  const near = nearest(key, allowed);
  return near === null
    ? `unknown key "${key}"; allowed here: ${allowed.join(", ")}`
    : `unknown key "${key}"; did you mean "${near}"?`;
}

/** The keys a schema allows at a path below it. */
function keysAt(schema: z.ZodObject, path: TomlPath): readonly string[] {
  let at: unknown = schema;
  for (const step of path) {
    at = withoutOptional(at);
    if (at instanceof z.ZodObject) at = at.shape[String(step)];
    else if (at instanceof z.ZodArray) at = at.element;
  }
  at = withoutOptional(at);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function withoutOptional(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}

/** Copies a table with keys in the spelling of the schema, as gitleaks' own reader does not mind their case. */
function withCanonicalKeys(value: unknown, schema: unknown): unknown {
  const bare = withoutOptional(schema);
  if (Array.isArray(value))
    return value.map((one) => withCanonicalKeys(one, bare instanceof z.ZodArray ? bare.element : null));
  if (!isTable(value) || !(bare instanceof z.ZodObject)) return value;
  const known = new Map(Object.keys(bare.shape).map((key) => [key.toLowerCase(), key]));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const canonical = known.get(key.toLowerCase()) ?? key;
      return [canonical, withCanonicalKeys(inner, bare.shape[canonical])];
    }),
  );
}

function removeKey(table: unknown, path: TomlPath): void {
  let at = table;
  for (const step of path.slice(0, -1)) at = isTable(at) || Array.isArray(at) ? Reflect.get(at, step) : null;
  const last = path.at(-1);
  if (isTable(at) && last !== undefined) Reflect.deleteProperty(at, last);
}

/** Whether a parsed TOML value is a table (and not a date). */
export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
