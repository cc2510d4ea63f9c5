import * as z from "zod";
import { nearest } from "../scan/rules/nearest.ts";
import type { TextPosition, YamlText } from "./yaml-text.ts";

/** Why a file of configuration is not as it has to be, and where. Never quotes a value: it could be a secret. */
export type ConfigMistake = TextPosition & { readonly message: string };

/** What zod has to say about a YAML text, each at its place. */
export function mistakesIn(issues: readonly z.core.$ZodIssue[], text: YamlText, schema: z.ZodType): ConfigMistake[] {
  return issues.flatMap((issue) => mistakesOf(issue, text, schema, []));
}

type Path = readonly PropertyKey[];

function mistakesOf(issue: z.core.$ZodIssue, text: YamlText, schema: z.ZodType, base: Path): ConfigMistake[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      ...text.positionOf([...path, key]),
      message: unknownKey(key, path, keysAt(schema, path)),
    }));
  if (issue.code === "invalid_union") {
    // Of several forms the one counts whose kind the value is of: what is wrong within it says more than "none of these".
    const within = issue.errors.find((errors) => errors.some((one) => one.path.length > 0)) ?? null;
    if (within !== null) return within.flatMap((one) => mistakesOf(one, text, schema, path));
  }
  return [{ ...text.positionOf(path), message: `${nameOf(path)}: ${expectation(issue, text.value, path)}` }];
}

function expectation(issue: z.core.$ZodIssue, root: unknown, path: Path): string {
  const value = valueAt(root, path);
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    const near = typeof value === "string" ? nearest(value, allowed) : null;
    const hint = near === null ? "" : `; did you mean "${near}"?`;
    return `expected ${listOf(allowed)}; found ${typeof value === "string" ? "something else" : kindOf(value)}${hint}`;
  }
  if (issue.code === "invalid_type")
    return `expected ${kindNames[issue.expected] ?? issue.expected}; found ${kindOf(value)}`;
  return issue.message;
}

const kindNames: Readonly<Record<string, string>> = {
  boolean: "true or false",
  string: "a text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return kindNames[typeof value] ?? "something else";
}

function unknownKey(key: string, path: Path, allowed: readonly string[]): string {
  const near = nearest(key, allowed);
  const where = path.length === 0 ? "" : ` in ${nameOf(path)}`;
  // A key in the place of which somebody wrote something else is not repeated.
  const name = /^[a-z][a-z-]{0,30}$/i.test(key) ? `there is no \`${key}\`` : "there is no such key";
  const instead = near === null ? `expected ${listOf(allowed)}` : `did you mean \`${near}\`?`;
  return `${name}${where}; ${instead}`;
}

const listOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;

/** `policy.paths[0].block`; a part that people made up themselves is not repeated. */
function nameOf(path: Path): string {
  const parts = path.map((step) =>
    typeof step === "number" ? `[${step}]` : /^[a-z][a-z-]{0,30}$/i.test(String(step)) ? `.${String(step)}` : ".…",
  );
  return path.length === 0 ? "the file" : `\`${parts.join("").replace(/^\./, "")}\``;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) value = typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
  return value;
}

/** The keys a schema allows at a path below it. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let at = bare(schema);
  for (const step of path) {
    if (at instanceof z.ZodUnion) at = at.options.map(bare).find((option) => option instanceof z.ZodArray);
    if (at instanceof z.ZodObject) at = bare(at.shape[String(step)]);
    else if (at instanceof z.ZodArray) at = bare(at.element);
    else if (at instanceof z.ZodRecord) at = bare(at.valueType);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function bare(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? bare(schema.unwrap()) : schema;
}
