/** Plain JSON, as GitHub's API speaks it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value of a field that should be an object; an empty one if it is not there. */
export function objectIn(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isObject(found) ? found : {};
}

/** The value of a field that should be a string, or undefined. */
export function stringIn(value: JsonObject, key: string): string | undefined {
  const found = value[key];
  return typeof found === "string" ? found : undefined;
}

/** The strings of a field that should be a list of them; undefined if the field is not there. */
export function stringsIn(value: JsonObject, key: string): readonly string[] | undefined {
  const found = value[key];
  return Array.isArray(found) ? found.filter((item) => typeof item === "string") : undefined;
}

/** A text or a number, as text: GitHub accepts both for a title. Empty for anything else. */
export const textOf = (value: Json | undefined): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
