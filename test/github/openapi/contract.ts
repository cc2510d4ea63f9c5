/** Checks what is said to and by the local GitHub against GitHub's own description of it. */
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import * as formats from "ajv-formats";
import type { Json, JsonObject } from "../json.ts";
import { dereference, sharedSchemas, webhookSchemas, type Operation } from "./description.ts";
import { undocumentedFields } from "./undocumented.ts";

/** One difference from the description. `where` is a JSON pointer, or `?name` for a parameter. */
export type Problem = { readonly where: string; readonly message: string; readonly code: "missing_field" | "invalid" | "undocumented" };

// Payloads are large and few, so quick compiling matters more than quick checking: these settings make it six times faster.
const quickly = { inlineRefs: false, code: { optimize: false }, validateSchema: false };
const ajv = new Ajv({ ...quickly, strict: false, allErrors: true, logger: false });
formats.default.default(ajv);
ajv.addSchema(sharedSchemas);

// Still, all schemas together take most of a second: each waits until it is needed.
const compiled = new WeakMap<JsonObject, ValidateFunction>();

function problemsOf(schema: JsonObject, value: unknown): Problem[] {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  return validate(value) ? [] : (validate.errors ?? []).map(toProblem);
}

function toProblem(error: ErrorObject): Problem {
  const missing: unknown = error.params["missingProperty"];
  if (error.keyword === "required" && typeof missing === "string")
    return { where: `${error.instancePath}/${missing}`, message: "is required", code: "missing_field" };
  const allowed: unknown = error.params["allowedValues"];
  const detail = Array.isArray(allowed) ? `: ${allowed.join(", ")}` : "";
  return { where: error.instancePath, message: `${error.message ?? error.keyword}${detail}`, code: "invalid" };
}

const undocumented = (schema: JsonObject, value: unknown, what: string): Problem[] =>
  undocumentedFields(schema, value).map((where) => ({
    where,
    message: `is not in GitHub's description of ${what}`,
    code: "undocumented",
  }));

/** The differences of a request from its operation: parameters (as the strings they arrive as) and body. */
export function checkRequest(
  operation: Operation,
  params: Readonly<Record<string, string>>,
  query: URLSearchParams,
  body: Json | undefined,
): Problem[] {
  const problems: Problem[] = [];
  const known = new Set(operation.parameters.map((parameter) => parameter.name));
  for (const name of new Set(query.keys()))
    if (!known.has(name)) problems.push({ where: `?${name}`, message: "is not a parameter", code: "undocumented" });
  for (const { name, in: place, required, schema } of operation.parameters) {
    const text = place === "path" ? params[name] : query.get(name);
    if (text === null || text === undefined) {
      if (required && place !== "header") problems.push({ where: `?${name}`, message: "is required", code: "missing_field" });
      continue;
    }
    problems.push(...problemsOf(schema, coerce(schema, text)).map((p) => ({ ...p, where: `?${name}` })));
  }
  if (operation.body === null) return problems;
  const sent = body ?? {};
  return [...problems, ...problemsOf(operation.body, sent), ...undocumented(operation.body, sent, operation.id)];
}

function coerce(schema: JsonObject, text: string): Json {
  const { type } = dereference(schema);
  if (type === "integer" || type === "number") return /^-?\d+$/.test(text) ? Number(text) : text;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "array") return text.split(",");
  return text;
}

/** Error replies that any operation may give, whether or not its description lists them. */
const errorSchemas: Readonly<Record<string, string>> = { 422: "validation-error" };

/** The differences of one of our own replies from what GitHub says it replies. */
export function checkReply(operation: Operation, status: number, body: Json | undefined): Problem[] {
  const documented = operation.replies[String(status)];
  if (status >= 400) {
    const error: JsonObject = { $ref: `schemas#/$defs/${errorSchemas[status] ?? "basic-error"}` };
    return problemsOf(sharedSchemas.$defs[errorSchemas[status] ?? "basic-error"] ?? error, body);
  }
  if (documented === undefined && ![301, 304, 307].includes(status))
    return [{ where: "", message: `status ${status} is not described for ${operation.id}`, code: "undocumented" }];
  if (documented === null || documented === undefined)
    return status < 300 && body !== undefined ? [{ where: "", message: "should have no body", code: "invalid" }] : [];
  return [...problemsOf(documented, body), ...undocumented(documented, body, `the reply of ${operation.id}`)];
}

/** The differences of a webhook's payload from GitHub's description of that event and action. */
export function checkWebhook(event: string, action: string | null, payload: Json): Problem[] {
  const name = [event, ...(action === null ? [] : [action])].join("-").replaceAll("_", "-");
  const schema = webhookSchemas[name];
  if (schema === undefined)
    return [{ where: "", message: `no webhook ${name}: add it to scripts/extract-openapi.ts`, code: "undocumented" }];
  return [...problemsOf(schema, payload), ...undocumented(schema, payload, `the webhook ${name}`)];
}
