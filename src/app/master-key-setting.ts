import * as z from "zod";

/** A key and its number, by which what it sealed remembers it. Secrets are recognized by a former one until its end, if it has one. */
export type MasterKey = { readonly id: number; readonly master: Uint8Array; readonly until: string | null };

/** The current one first; at least one. */
export type MasterKeyRing = readonly [MasterKey, ...MasterKey[]];

const expected =
  "32 random bytes in base64; or, while it is rotated, NUMBER:KEY of the new one and the old ones, separated by commas, such as 2:…,1:…;until=2026-12-01";

/** One key, whose number is 1; or several with their numbers (0 to 255). */
export const masterKeySetting = z.string().transform((text, context): MasterKeyRing => {
  const parts = text.split(",").map((part) => part.trim());
  const keys = parts.map(keyOf);
  const [first, ...others] = keys.flatMap((key) => key ?? []);
  const ids = new Set([first, ...others].map((key) => key?.id));
  if (first !== undefined && others.length + 1 === parts.length && ids.size === parts.length) return [first, ...others];
  context.addIssue({ code: "custom", message: expected });
  return z.NEVER;
});

function keyOf(text: string): MasterKey | null {
  const [, number = "1", key = "", end] = /^(?:(\d{1,3}):)?([A-Za-z0-9+/]{43}=)(?:;until=(.+))?$/.exec(text) ?? [];
  const master = new Uint8Array(Buffer.from(key, "base64"));
  const until = end === undefined ? null : new Date(end);
  if (master.length !== 32 || Number(number) > 255 || Number.isNaN(until?.getTime() ?? 0)) return null;
  return { id: Number(number), master, until: until?.toISOString() ?? null };
}
