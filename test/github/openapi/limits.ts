import { isObject, objectIn, type Json, type JsonObject } from "../json.ts";
import type { Problem } from "./contract.ts";

/**
 * What GitHub refuses although its description does not say so in a form a schema can check.
 * https://docs.github.com/en/rest/checks/runs and https://docs.github.com/en/rest/issues/issues, in their prose.
 */
export function checkLimits(operation: string, body: Json | undefined): Problem[] {
  if (!isObject(body)) return [];
  if (operation === "checks/create" || operation === "checks/update") return checkRunLimits(body);
  if (operation.startsWith("issues/")) return [...longest(body, "title", 256), ...longest(body, "body", 65_536)];
  return [];
}

const problem = (where: string, message: string, code: Problem["code"] = "invalid"): Problem => ({ where, message, code });

const longest = (object: JsonObject, field: string, limit: number, where = ""): Problem[] => {
  const text = object[field];
  if (typeof text !== "string" || text.length <= limit) return [];
  return [problem(`${where}/${field}`, `is too long (maximum is ${limit} characters, found ${text.length})`)];
};

function checkRunLimits(body: JsonObject): Problem[] {
  const problems: Problem[] = [];
  const completes = body["status"] === "completed" || body["completed_at"] !== undefined;
  if (completes && body["conclusion"] === undefined)
    problems.push(problem("/conclusion", "is required when the run is completed", "missing_field"));
  if (body["conclusion"] === "stale") problems.push(problem("/conclusion", "only GitHub can set stale"));
  const annotations = objectIn(body, "output")["annotations"];
  for (const [index, annotation] of (Array.isArray(annotations) ? annotations : []).entries())
    if (isObject(annotation)) problems.push(...annotationLimits(annotation, `/output/annotations/${index}`));
  return problems;
}

function annotationLimits(annotation: JsonObject, where: string): Problem[] {
  const { path, start_line: start, end_line: end } = annotation;
  const problems = [
    ...longest(annotation, "title", 255, where),
    ...longest(annotation, "message", 64 * 1024, where),
    ...longest(annotation, "raw_details", 64 * 1024, where),
  ];
  if (typeof path === "string" && (path === "" || path.startsWith("/")))
    problems.push(problem(`${where}/path`, "should be relative to the root of the repository"));
  if (typeof start !== "number" || typeof end !== "number") return problems;
  if (start < 1 || end < start) problems.push(problem(`${where}/start_line`, "lines start at 1 and end_line is not before start_line"));
  const hasColumn = annotation["start_column"] !== undefined || annotation["end_column"] !== undefined;
  if (start !== end && hasColumn) problems.push(problem(`${where}/start_column`, "columns are for annotations of one line only"));
  return problems;
}
