import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type JsonObject } from "../json.ts";
import { unescaped } from "../percent-encoding.ts";

export type Parameter = {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: JsonObject;
};

/** One operation of GitHub's REST API, as its own description has it. Schemas refer to `schemas#/$defs/…`. */
export type Operation = {
  /** For example `checks/create`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: JsonObject | null;
  /** By status code. `null`: a reply without a body. */
  readonly replies: Readonly<Record<string, JsonObject | null>>;
};

type Files = {
  readonly operations: Readonly<Record<string, Omit<Operation, "id">>>;
  readonly webhooks: Readonly<Record<string, JsonObject>>;
  readonly schemas: JsonObject & { readonly $defs: Readonly<Record<string, JsonObject>> };
};

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));

const { operations: rawOperations } = read("operations.json") as Pick<Files, "operations">;

/** All operations the local GitHub answers, by id. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries(rawOperations).map(([id, operation]) => [id, { id, ...operation }]),
);

/** Schemas of webhook payloads, by event and action: `pull-request-opened`, `push`. */
export const webhookSchemas = (read("webhooks.json") as Pick<Files, "webhooks">).webhooks;

export const sharedSchemas = read("schemas.json") as Files["schemas"];

/** Follows a reference to a shared schema. */
export function dereference(schema: JsonObject): JsonObject {
  const ref = schema["$ref"];
  if (typeof ref !== "string") return schema;
  const found = sharedSchemas.$defs[ref.replace("schemas#/$defs/", "")];
  if (!isObject(found)) throw new Error(`No schema ${ref} in schemas.json: run scripts/extract-openapi.ts again`);
  return dereference(found);
}

// Branch names and file paths may contain slashes, whether or not a client escapes them.
const manySegments = new Set(["path", "ref", "branch", "basehead"]);

type Pattern = { readonly operation: Operation; readonly regex: RegExp; readonly literals: number };

function patternOf(operation: Operation): Pattern {
  const source = operation.path
    // The contents of the top directory have no path.
    .replace(/\/\{path\}$/, "(?:/(?<path>.*))?")
    .replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${manySegments.has(name) ? ".+" : "[^/]+"})`);
  const literals = operation.path.split("/").filter((segment) => !segment.includes("{")).length;
  return { operation, regex: new RegExp(`^${source}$`), literals };
}

const patterns = [...operations.values()].map(patternOf).sort((a, b) => b.literals - a.literals);

export type MatchedOperation = { readonly operation: Operation; readonly params: Readonly<Record<string, string>> };

/** The operation a request is for. `path` is still escaped and begins after the API's base path. */
export function findOperation(method: string, path: string): MatchedOperation | null {
  for (const { operation, regex } of patterns) {
    const match = operation.method === method ? regex.exec(path) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, unescaped(value ?? "")]);
    return { operation, params: Object.fromEntries(params) as Record<string, string> };
  }
  return null;
}
