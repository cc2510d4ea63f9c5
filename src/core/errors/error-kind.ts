/** A stack frame with a place in a file: `at name (file:///…:1:2)`. */
const frame = /^\s+at (?:[\w$.<>[\] #]+ \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\s()]*:\d+:\d+\)?$/;

/**
 * What may be logged or stored of an error: its kind and where it was thrown. Not its message, as that may quote what was
 * being looked at.
 */
export function errorKind(error: unknown): { readonly error: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const { kind, code } = error as { readonly kind?: unknown; readonly code?: unknown };
  const named = [kind, code].find((word) => typeof word === "string" && /^[\w.-]{1,60}$/.test(word));
  return { error: typeof named === "string" ? `${error.name} ${named}` : error.name, at: framesOf(error) };
}

/** The stack begins with the message, of which each line could look like a frame. */
function framesOf({ stack = "", message }: Error): string[] {
  const begin = stack.indexOf(message);
  const frames = begin === -1 ? stack : stack.slice(begin + message.length);
  return frames
    .split("\n")
    .filter((line) => frame.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
