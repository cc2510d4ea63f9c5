/**
 * JSON for a `jsonb` column. PostgreSQL refuses two things that JavaScript strings may hold, NUL and halves of surrogate
 * pairs; both become U+FFFD, lest one odd file name keep a whole verdict from being stored.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "string" ? storable(inner) : inner));
}

/** The text as a `text` column takes it: without NUL and halves of surrogate pairs. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}
