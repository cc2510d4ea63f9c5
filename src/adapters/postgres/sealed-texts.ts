import type { Sealer } from "../../flows/ports/system.ts";
import { storable } from "./json.ts";

/** What people wrote, as it is stored: within JSON, a text becomes `{ "sealed": "…" }`, and everything else stays as it is. */
export type SealedTexts = {
  /** `context` is the id of what the texts belong to: one cannot be put in another's place. */
  readonly seal: <Value>(value: Value, context: string) => Value;
  /** What was stored before texts were sealed is given as it is. */
  readonly open: <Value>(value: Value, context: string) => Value;
};

/** The fields of events and incidents that hold a person's words. */
const written: ReadonlySet<string> = new Set(["note", "reason", "statement"]);

/** Leaves texts as they are, where there is nothing to seal them with. */
export const plainTexts: SealedTexts = { seal: (value) => value, open: (value) => value };

export function createSealedTexts(sealer: Sealer): SealedTexts {
  const seal = (text: string, context: string): object => ({
    sealed: Buffer.from(sealer.seal(Buffer.from(text), context)).toString("base64"),
  });
  const open = (sealed: string, context: string): string =>
    Buffer.from(sealer.open(Buffer.from(sealed, "base64"), context)).toString();
  return {
    seal: (value, context) =>
      mapped(value, (inner, key) =>
        typeof inner === "string" && inner !== "" && written.has(key) ? seal(storable(inner), context) : undefined,
      ),
    open: (value, context) => mapped(value, (inner) => (isSealed(inner) ? open(inner.sealed, context) : undefined)),
  };
}

const isSealed = (value: unknown): value is { readonly sealed: string } =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).length === 1 &&
  "sealed" in value &&
  typeof value.sealed === "string";

/** A copy in which what `replace` gives something for is replaced, at any depth. */
function mapped<Value>(value: Value, replace: (inner: unknown, key: string) => unknown): Value {
  const walk = (inner: unknown, key: string): unknown => {
    const replaced = replace(inner, key);
    if (replaced !== undefined) return replaced;
    if (Array.isArray(inner)) return inner.map((one) => walk(one, ""));
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, walk(one, name)]));
  };
  return walk(value, "") as Value;
}
