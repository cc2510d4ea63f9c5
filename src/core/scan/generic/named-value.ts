/** How a value is written: in quotes of some kind, between quotes that are themselves escaped or entities, or bare. */
export type Quoting = "none" | "single" | "double" | "backtick" | "escaped" | "entity" | "element";

/** What stands between name and value. */
export type Operator =
  | "=" // assignment, also `:=`, `?=`, `||=`
  | ":" // YAML, JSON, object members
  | "=>"
  | "==" // a comparison, also `!=` and `.equals(`
  | "," // the next argument or member: `set("password", "…")`
  | "call" // `setPassword("…")`
  | "element" // `<password>…</password>`
  | "pair" // `name: PASSWORD, value: …`
  | "flag" // `--password …`
  | "word" // `password …`, `IDENTIFIED BY '…'`
  | "default"; // `${PASSWORD:-…}`

/**
 * A place where a credential may stand. Offsets are in the text as given (a byte string); `text.slice(start, end)` is the value as
 * written, without its quotes. Whether it *is* a credential is not said here: the judge weighs that.
 */
export type NamedValue = {
  /** The rule that found it; an id of `generic-rules.ts`. */
  readonly ruleId: string;
  /** The name it is given to, as written; empty where the format alone speaks (a URL, a JWT). */
  readonly name: string;
  readonly nameStart: number;
  readonly start: number;
  readonly end: number;
  readonly operator: Operator;
  readonly quoting: Quoting;
  /** The function or constructor around the value (`Some`, `os.getenv`), `[` for the first of a list, `||` for a fallback; or empty. */
  readonly wrapper: string;
};
