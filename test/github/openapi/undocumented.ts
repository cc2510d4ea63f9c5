import { isObject, type Json, type JsonObject } from "../json.ts";
import { dereference } from "./description.ts";

type Known = { readonly fields: Map<string, JsonObject[]>; readonly items: JsonObject[]; open: boolean };

const schemasIn = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Collects what any branch of a schema knows. A branch that says "anything else too" only speaks for its own part. */
function collect(given: JsonObject, known: Known, isBranch: boolean): void {
  const schema = dereference(given);
  for (const [name, field] of Object.entries(isObject(schema["properties"]) ? schema["properties"] : {}))
    if (isObject(field)) known.fields.set(name, [...(known.fields.get(name) ?? []), field]);
  if (isObject(schema["items"])) known.items.push(schema["items"]);
  const more = schema["additionalProperties"];
  if (!isBranch && (more === true || isObject(more))) known.open = true;
  for (const branch of [...schemasIn(schema["anyOf"]), ...schemasIn(schema["allOf"])]) collect(branch, known, true);
}

/**
 * JSON pointers of the fields that a schema does not mention at all. GitHub ignores such a field in a request, so a misspelt name
 * would go unnoticed; in a reply of ours it would be something to rely on that GitHub does not have.
 */
export function undocumentedFields(schema: JsonObject | readonly JsonObject[], value: unknown, where = ""): string[] {
  const known: Known = { fields: new Map(), items: [], open: false };
  for (const one of Array.isArray(schema) ? schema : [schema]) collect(one as JsonObject, known, false);
  if (Array.isArray(value))
    return known.items.length === 0
      ? []
      : value.flatMap((item, index) => undocumentedFields(known.items, item, `${where}/${index}`));
  if (!isObject(value) || known.fields.size === 0) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const fields = known.fields.get(name);
    if (fields !== undefined) return undocumentedFields(fields, field, `${where}/${name}`);
    return known.open ? [] : [`${where}/${name}`];
  });
}
