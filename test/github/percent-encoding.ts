/** Undoes percent-encoding; what is not properly encoded stays as it is. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The bytes that a percent-encoded text stands for: a file name in a URL need not be UTF-8. */
export const unescapedBytes = (text: string): Buffer =>
  Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );

/** Percent-encodes each part of a path. */
export const escapedPath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
