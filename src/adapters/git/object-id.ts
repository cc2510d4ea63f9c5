const objectId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether the text is a whole object id: 40 hex digits (SHA-1) or 64 (SHA-256), in lower case as git writes them. */
export function isObjectId(text: string): boolean {
  return objectId.test(text);
}

/** Gives the id back, or throws when it is not one. */
export function checkedObjectId(text: string): string {
  if (!isObjectId(text))
    throw new Error(`Expected an object id of 40 or 64 hex digits, found ${JSON.stringify(text)}.`);
  return text;
}

/**
 * Gives a full ref name back, or throws when git would not allow it: the rules of `git check-ref-format`, and the name must
 * start with `refs/`, so that it can be neither an option nor a revision expression.
 */
export function checkedRefName(text: string): string {
  const parts = text.split("/");
  const allowed =
    parts[0] === "refs" &&
    parts.length >= 3 &&
    parts.every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock")) &&
    !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\.$/.test(text);
  if (!allowed) throw new Error(`Expected a full ref name that git allows, found ${JSON.stringify(text)}.`);
  return text;
}
