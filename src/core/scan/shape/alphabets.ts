const digits = "0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();

/** The characters of each class a shape can name. */
export const alphabets: Readonly<Record<string, string>> = {
  alnum: digits + upper + lower,
  ALNUM: digits + upper,
  alnumlower: digits + lower,
  alpha: upper + lower,
  lower,
  upper,
  digits,
  hex: `${digits}abcdef`,
  HEX: `${digits}ABCDEF`,
  base64: `${upper}${lower}${digits}+/`,
  base64url: `${upper}${lower}${digits}-_`,
  base58: "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
  b32: `${upper}234567`,
  any: Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at))
    .join("")
    .replace(/["'`\\]/g, ""),
};

/** The characters of a bracket class such as `[A-Za-z0-9_-]`; `null` if it is empty or a range is upside down. */
export function charactersOf(bracket: string): string | null {
  const out = new Set<string>();
  for (const found of bracket.slice(1, -1).matchAll(/(\\[^]|[^\\])-(\\[^]|[^\\])|(\\[^]|[^\\])/g)) {
    const [low, high] = [found[1] ?? found[3] ?? "", found[2] ?? found[3] ?? ""].map((text) =>
      text.replace(/^\\(?=.)/, ""),
    );
    if (low === undefined || high === undefined || low > high) return null;
    for (let code = low.charCodeAt(0); code <= high.charCodeAt(0); code++) out.add(String.fromCharCode(code));
  }
  return out.size === 0 ? null : [...out].join("");
}
