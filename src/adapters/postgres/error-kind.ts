/**
 * What may be logged or stored of an error: its kind and where it was thrown. Not its message, as that may quote what was
 * being looked at.
 */
export function errorKind(error: unknown): { readonly error: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const { kind, code } = error as { readonly kind?: unknown; readonly code?: unknown };
  const named = [kind, code].find((word) => typeof word === "string" && /^[\w.-]{1,60}$/.test(word));
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: typeof named === "string" ? `${error.name} ${named}` : error.name,
    at: frames.slice(0, 8).map((line) => line.trim()),
  };
}
