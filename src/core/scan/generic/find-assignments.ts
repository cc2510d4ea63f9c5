import { isBlank, isLineEnd, isNameByte, isWordByte, skipBlanks } from "./bytes.ts";
import type { NamedValue, Operator } from "./named-value.ts";
import { meaningOfName } from "./credential-names.ts";
import { namesIn, type FoundName } from "./find-names.ts";
import { isStringStart, readString, skipQuote } from "./read-string.ts";
import type { Spotted } from "./spotted.ts";
import { nestedLiteral, readValue, skipSpace, type FoundValue } from "./read-value.ts";

/** The id under which assignments are found until the judge has named their class. */
export const assignmentRule = "generic-credential";

/** What a name that says no more than `key` must be given. */
const unbroken = /^(?:[A-Za-z0-9+/]{10,}={0,2}|(?:[0-9A-Fa-f]{2}:){7,}[0-9A-Fa-f]{2}|[A-Za-z0-9_-]{20,})$/;

/** What has rules of its own, which know it better: private keys in PEM, the ids of AWS keys, which are no secrets alone, seeds of NATS. */
const leftToRules = /^-----BEGIN|^A[A-Z]{2}A[A-Z2-7]{16}(?![A-Za-z0-9])|^S[UAONCX][A-Z2-7]{56}(?![A-Za-z0-9])/;

/** `Authorization: Basic …`: found with its scheme by `findAuthorization`. */
const scheme = /^(?:bearer|token)$/i;
const leftToAuthorization = /^(?:basic|bearer)[ \t]+[A-Za-z0-9+/._~=-]{6}/i;

/** Names are not looked for inside bare values longer than this, so that the time stays linear. */
const longWord = 64;

type Found = {
  readonly operator: Operator;
  readonly value: FoundValue;
  /** What the value is, where the name says no more than that there is one. */
  readonly as?: string;
};

/**
 * Finds what is given to a name that sounds like a credential, in the many spellings of code, configuration and prose. One pass; each step looks
 * a bounded distance far, so that the time is linear in the text. A name may give more than one candidate (`set("password", "a") == "b"`): the first counts.
 */
export function* findAssignments(text: string, spotted: Spotted | null = null): Generator<NamedValue> {
  let inside = 0;
  for (const name of namesIn(text, spotted)) {
    if (name.start < inside) continue;
    const written = text.slice(name.start, name.end);
    const { class: kind, words } = meaningOfName(written);
    if (kind === "none" || isCountry(text, name) || isKeyId(words)) continue;
    const found = withoutJson(text, valueOf(text, name));
    if (found === null) continue;
    if (isNoValue(text, found.value)) {
      tellNone(text, name, found.value, spotted);
      continue;
    }
    if (found.value.quoting === "none" && found.value.end - found.value.start > longWord) inside = found.value.end;
    if (isInData(text, name, found)) continue;
    if (kind !== "password" && isVariable(text, found.value)) {
      tellNone(text, name, found.value, spotted);
      continue;
    }
    if (isLeft(text, found.value.start, kind === "auth")) continue;
    if (found.operator === "word" && scheme.test(written)) continue;
    if (kind === "key" && !mayBeKey(written, text.slice(found.value.start, found.value.end))) {
      tellNone(text, name, found.value, spotted);
      continue;
    }
    yield {
      ruleId: assignmentRule,
      name: found.as ?? written,
      nameStart: name.start,
      start: found.value.start,
      end: found.value.end,
      operator: found.operator,
      quoting: found.value.quoting,
      wrapper: found.value.wrapper,
    };
  }
}

/** Tells that a value is none because of what it is and what the name is; where they stand has no part in it. */
function tellNone(text: string, name: FoundName, { start, end, quoting }: FoundValue, spotted: Spotted | null): void {
  spotted?.lessons?.isNone(text.slice(name.start, name.end), text.slice(start, end), quoting === "none");
}

/** Whether others look at what begins at a place: by its first character most are told. */
function isLeft(text: string, start: number, isAuth: boolean): boolean {
  const first = text.charCodeAt(start);
  // - A S
  const mayBeOfRules = first === 45 || first === 65 || first === 83;
  if (!mayBeOfRules && !(isAuth && (first | 0x20) === 98)) return false;
  const head = text.slice(start, start + 60);
  return leftToRules.test(head) || (isAuth && leftToAuthorization.test(head));
}

/** `private_key_id`, `kmsKeyIds`: which key it is, in all clouds no secret. */
function isKeyId(words: readonly string[]): boolean {
  const [last, before] = [words.at(-1), words.at(-2)];
  return (last === "id" || last === "ids") && (before === "key" || before === "keys");
}

/** A few letters without quotes: keys and tokens are longer. */
function isVariable(text: string, { start, end, quoting }: FoundValue): boolean {
  if (quoting !== "none" || end - start >= 12) return false;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (!isWordByte(code) || (code >= 48 && code <= 57)) return false;
  }
  return end > start;
}

/** `pw:` and the like in the midst of packed data: nothing before it that a name could come after. */
function isInData(text: string, { start, end }: FoundName, { value }: Found): boolean {
  return end - start <= 3 && value.quoting === "none" && /[^\s"'`?&;,{(<$/|#*\\-]/.test(text[start - 1] ?? " ");
}

/** `PW` among the codes of countries is Palau. */
function isCountry(text: string, { start, end }: FoundName): boolean {
  return (
    end - start === 2 &&
    text.slice(start, end) === "PW" &&
    /["']P[STY]["']/.test(text.slice(Math.max(0, start - 150), end + 150))
  );
}

/** Most keys are those of maps, and a number as a seed is that of a random generator. */
function mayBeKey(name: string, value: string): boolean {
  return unbroken.test(value) && !(/seed$/i.test(name) && /^[0-9]+$/.test(value));
}

/** Nothing, or the code between two strings that was taken for one: `"password=" + word + "&"`. */
function isNoValue(text: string, { start, end, quoting }: FoundValue): boolean {
  if (start >= end) return true;
  if (quoting === "none") return false;
  const stop = Math.min(end, start + 300);
  let first = start;
  while (first < stop && isSpace(text.charCodeAt(first))) first++;
  if (first === stop) return false;
  let last = stop - 1;
  while (last > first && isSpace(text.charCodeAt(last))) last--;
  const [begin, finish] = [text.charAt(first), text.charAt(last)];
  if ("+.,);".includes(begin) || "+(,".includes(finish)) return true;
  if (first === last) return false;
  return (
    ((begin === "&" || begin === "|") && begin === text.charAt(first + 1)) ||
    ((finish === "&" || finish === "|") && finish === text.charAt(last - 1))
  );
}

/** What `\s` matches. */
const isSpace = (code: number): boolean => code === 32 || code === 160 || (code >= 9 && code <= 13);

/** Of a value that is itself JSON (`"token": "{\"id\":\"…\"}"`) the longest string in it; an object without one is no value. */
function withoutJson(text: string, found: Found | null): Found | null {
  if (found === null || text[found.value.start] !== "{" || found.value.quoting === "none") return found;
  const inside = text.slice(found.value.start, found.value.end);
  let best: RegExpExecArray | null = null;
  for (const hit of inside.matchAll(/"([^"\\]{4,})\\*"/g)) {
    if (best === null || (hit[1]?.length ?? 0) > (best[1]?.length ?? 0)) best = hit;
  }
  if (best === null) return /^\{[\s\\]*"[^"]{1,80}"\s*:/.test(inside) ? null : found;
  const start = found.value.start + best.index + 1;
  return { ...found, value: { ...found.value, start, end: start + (best[1]?.length ?? 0), quoting: "escaped" } };
}

function valueOf(text: string, name: FoundName): Found | null {
  const inner = text.charCodeAt(name.start - 1) === 60 ? element(text, name) : null;
  if (inner !== null) return inner;
  const before = comparedBefore(text, name);
  if (before !== null) return before;
  const quoted = skipQuote(text, name.end);
  if (text[name.end] === "[") {
    const inBounds = afterBounds(text, name);
    if (inBounds !== null) return inBounds;
  }
  const closed = skipClosers(text, quoted);
  const at = skipBlanks(text, closed);
  return (
    afterSign(text, name, at, quoted > name.end) ??
    afterCall(text, name, closed) ??
    pair(text, name, quoted) ??
    cell(text, name, closed) ??
    afterComma(text, name, at, quoted > name.end) ??
    flagOrWord(text, name, at, quoted > name.end)
  );
}

const bounds = /\[\w{0,20}\][ \t]{0,8}=[ \t]{0,8}(?=["'])/y;

/** `char password[32] = "…"`, `tokens[0] = "…"`: a literal for an array, or for one of its places. */
function afterBounds(text: string, name: FoundName): Found | null {
  bounds.lastIndex = name.end;
  const literal = bounds.test(text) ? readString(text, bounds.lastIndex) : null;
  return literal === null ? null : { operator: "=", value: { ...literal, wrapper: "" } };
}

/** Skips what may close around a name: `]`, `)`, `?`, `!`, `*`, and a second quote (`**"password"**:`). */
function skipClosers(text: string, at: number): number {
  const stop = Math.min(text.length, at + 6);
  while (at < stop && "])*?!}".includes(text.charAt(at))) at++;
  return skipQuote(text, at);
}

const signs: readonly (readonly [string, Operator])[] = [
  ["===", "=="],
  ["!==", "=="],
  ["||=", "="],
  ["??=", "="],
  ["==", "=="],
  ["!=", "=="],
  ["=>", "=>"],
  [":=", "="],
  ["?=", "="],
  ["+=", "="],
  [":-", "default"],
  ["<-", "="],
  ["||", "default"],
  ["??", "default"],
  ["=", "="],
  [":", ":"],
];

/** Of the signs that begin with a character, the first that stands at a place. */
const signsByFirst: ReadonlyMap<number, typeof signs> = Map.groupBy(signs, ([written]) => written.charCodeAt(0));

const signAt = (text: string, at: number): (typeof signs)[number] | undefined =>
  signsByFirst.get(text.charCodeAt(at))?.find(([written]) => text.startsWith(written, at));

function afterSign(text: string, name: FoundName, at: number, quoted: boolean): Found | null {
  const sign = signAt(text, at);
  if (sign === undefined) return comparison(text, at);
  const [written, operator] = sign;
  const after = at + written.length;
  // `a::b`, `scheme://`, and `//some/path/auth:target`.
  if (written === ":" && (/[:/]/.test(text[after] ?? "") || (text[name.start - 1] === "/" && !quoted))) return null;
  if (written === ":" && quoted && isChoice(text, name)) return null;
  const config = isConfigLine(text, name, quoted);
  let from = skipBlanks(text, after);
  if (written === ":" && !quoted) from = afterType(text, from) ?? from;
  if (written === ":") from = afterTag(text, from);
  if (text[from] === "\\" && isLineEnd(text.charCodeAt(from + 1))) from = skipSpace(text, from + 1);
  if (isLineEnd(text.charCodeAt(from))) {
    const next = skipSpace(text, from);
    if (!isStringStart(text, next) || isWordByte(text.charCodeAt(next))) return null;
    from = next;
  }
  const inDefault =
    operator === "default" || (written === ":" && text[name.start - 1] === "{" && text[name.start - 2] === "$");
  const value = readValue(text, from, config && operator !== "default");
  return value === null ? null : { operator: inDefault ? "default" : operator, value };
}

/** `hidden ? "password" : "text"`: one of two values, and no name. */
function isChoice(text: string, { start }: FoundName): boolean {
  let before = start - 2;
  while (before > start - 44 && isSpace(text.charCodeAt(before))) before--;
  if (text[before] !== "?") return false;
  return /\?\s{0,40}["']$/.test(text.slice(Math.max(0, start - 42), start));
}

const yamlTag = /(?:&[\w-]{1,60}|!!?(?!vault)\w{0,20})[ ]+/y;

/** After the anchor or tag that YAML lets stand before a value: `&name`, `!!str`. */
function afterTag(text: string, at: number): number {
  if (text[at] !== "&" && text[at] !== "!") return at;
  yamlTag.lastIndex = at;
  return yamlTag.test(text) ? yamlTag.lastIndex : at;
}

/** Beside names and blanks. */
const ofTypes = "[]<>|?&'";

/** `: string = "…"`, `: Option[String] = Some("…")`: the offset after the `=` that follows a type. */
function afterType(text: string, at: number): number | null {
  const stop = Math.min(text.length, at + 60);
  for (let end = at; end < stop; end++) {
    const code = text.charCodeAt(end);
    if (code === 61) {
      const next = text[end + 1];
      return end === at || next === "=" || next === ">" || text[end - 1] !== " " ? null : skipBlanks(text, end + 1);
    }
    if (!isNameByte(code) && !isBlank(code) && !ofTypes.includes(text.charAt(end))) return null;
  }
  return null;
}

const comparisons =
  /^(?:\.(?:equals|eq|isEqualTo|toBe|toEqual)\(|(?:to|should|is|eq|is_expected\.to) (?:eq|be|equal)?\s?\(?)/;

function comparison(text: string, at: number): Found | null {
  const dot = text[at] === "." || (text[at] === "t" && text[at + 1] === "o");
  const hit = dot ? comparisons.exec(text.slice(at, at + 24)) : null;
  const literal = hit === null ? null : readString(text, skipBlanks(text, at + hit[0].length));
  return literal === null ? null : { operator: "==", value: { ...literal, wrapper: "" } };
}

const comparedTo =
  /["'`](?:[ \t]{0,4}[!=]==?[ \t]{0,4}|\.(?:equals|equalsIgnoreCase|eq)\([ \t]{0,4})(?:[$@]|(?:this|self)(?:\.|->))?$/;

/** `"…" == password`, `"…".equals(password)`: the literal that a name is compared to stands before it. */
function comparedBefore(text: string, name: FoundName): Found | null {
  const code = text.charCodeAt(skipBack(text, name.start));
  // = ( $ @ . > : what `comparedTo` may end with.
  if (code !== 61 && code !== 40 && code !== 36 && code !== 64 && code !== 46 && code !== 62) return null;
  const floor = Math.max(0, name.start - longestCompared);
  const head = text.slice(Math.max(0, name.start - 40), name.start);
  const sign = comparedTo.exec(head);
  if (sign === null) return null;
  const end = name.start - head.length + sign.index;
  const quote = text[end] ?? "";
  const start = text.lastIndexOf(quote, end - 1) + 1;
  if (start <= floor || start >= end || text.slice(start, end).includes("\n")) return null;
  return { operator: "==", value: { start, end, quoting: quote === '"' ? "double" : "single", wrapper: "" } };
}

const longestCompared = 300;

/** The offset of the last character before `at` that is no blank. */
function skipBack(text: string, at: number): number {
  let before = at - 1;
  while (before > at - 6 && isBlank(text.charCodeAt(before))) before--;
  return before;
}

/** `NAME=value` at the beginning of a line (after blanks, `export`, `- `, `#`): a bare value then goes on to the next space. */
function isConfigLine(text: string, name: FoundName, quoted: boolean): boolean {
  if (quoted) return false;
  let at = name.start;
  const floor = Math.max(0, at - 60);
  while (at > floor && (isNameByte(text.charCodeAt(at - 1)) || isBlank(text.charCodeAt(at - 1)))) at--;
  while (at > floor && "#;/!*\t -".includes(text.charAt(at - 1))) at--;
  if (at !== 0 && !isLineEnd(text.charCodeAt(at - 1))) return false;
  if (at === name.start) return true;
  const before = text.slice(at, name.start).trim();
  return before === "" || /^(?:[#;/!*\s-]|export|set|ENV|ARG|declare|readonly|local|env|-e|setx)*$/.test(before);
}

/** `setPassword("…")`, `password("…")`; of `basicAuth("user", "…")` the second argument. */
function afterCall(text: string, name: FoundName, at: number): Found | null {
  if (text[at] !== "(") return null;
  const open = skipSpace(text, at + 1);
  const first = readString(text, open) ?? nestedLiteral(text, open);
  if (first === null) return null;
  const comma = skipSpace(text, first.after);
  const second = text[comma] === "," ? readString(text, skipSpace(text, comma + 1)) : null;
  const isPair = second !== null && /(?:auth|credentials?|login)$/i.test(text.slice(name.start, name.end));
  const { start, end, quoting } = isPair ? second : first;
  return { operator: "call", value: { start, end, quoting, wrapper: "" }, ...(isPair && { as: "password" }) };
}

/** `("password", "…")`, `:password, '…'`, `setdefault(PASSWORD, "…")`: the literal that follows a name in a list of arguments. */
function afterComma(text: string, name: FoundName, at: number, quoted: boolean): Found | null {
  if (text[at] !== ",") return null;
  const symbol = text[name.start - 1] === ":" || text[name.start - 1] === "{";
  if (!quoted && !symbol && !/^[A-Z][A-Z0-9_]+$/.test(text.slice(name.start, name.end))) return null;
  const literal = readString(text, skipSpace(text, at + 1));
  if (literal === null) return null;
  const before = text.slice(Math.max(0, name.start - 24), name.start);
  const operator = setter.test(before) ? "=" : getter.test(before) ? "default" : ",";
  return { operator, value: { ...literal, wrapper: "" } };
}

/** Functions that give a value to the name that is their first argument: `define('DB_PASSWORD', '…')`. */
const setter = /(?:define|set_?env|put_?env|set_?property|set_?default)\(\s*["']$/i;

/** Functions that look a name up and take what to answer if there is nothing as their second argument: `os.environ.get("TOKEN", "…")`. */
const getter = /(?:env(?:iron)?(?:\.get|\.fetch)?|get_?env_?or\w*|get_?or_?default|get_?property|\benv)\(\s*["']$/i;

const nextElement = /<\/key>\s{0,40}<(?:string|data)>/y;
const variableDefault = /["']?\s*\{[^{}]{0,200}?\bdefault\s*=\s*/y;
const nextCell = /[ \t*_`]{0,6}\|[ \t]{0,20}(`?)([^\s|`]{4,200})\1[ \t]*\|/y;

/** The value beside a name in a table of Markdown, behind a key of a property list, in the block of a Terraform variable. */
function cell(text: string, name: FoundName, at: number): Found | null {
  nextElement.lastIndex = name.end;
  if (text[name.end] === "<" && nextElement.test(text)) return untilTag(text, nextElement.lastIndex);
  const last = text[name.start - 1];
  if ((last === '"' || last === "'") && /variable\s+["']$/.test(text.slice(Math.max(0, name.start - 20), name.start))) {
    variableDefault.lastIndex = name.end;
    const value = variableDefault.test(text) ? readValue(text, variableDefault.lastIndex, false) : null;
    return value === null || value.quoting === "none" ? null : { operator: "=", value };
  }
  if (
    last === undefined ||
    !" \t*_`".includes(last) ||
    !/\|[ \t*_`]{1,20}$/.test(text.slice(Math.max(0, name.start - 24), name.start))
  )
    return null;
  if (!/(?:^|\n)[ \t>]*\|[^\n]*$/.test(text.slice(Math.max(0, name.start - 200), name.start))) return null;
  nextCell.lastIndex = at;
  const found = nextCell.exec(text);
  if (found === null) return null;
  const start = text.indexOf(found[2] ?? "", at + found[0].indexOf("|"));
  return {
    operator: "pair",
    value: {
      start,
      end: start + (found[2]?.length ?? 0),
      quoting: found[1] === "`" ? "backtick" : "none",
      wrapper: "",
    },
  };
}

const pairKey = /["'\s,;>]+(?:\w+:)?["']?(?:value|defaultValue|default|secret)["']?\s*(?:[:=]|=>)\s*/iy;

/** `name: PASSWORD` followed by `value: …`: environment lists, headers, `<add key="…" value="…"/>`. */
function pair(text: string, name: FoundName, at: number): Found | null {
  const before = text.charCodeAt(at - 1);
  // " ' , ;
  const isApart = before === 34 || before === 39 || before === 44 || before === 59 || isSpace(before);
  if (!isApart && !isLineEnd(text.charCodeAt(at))) return null;
  if (text[at] === ">") return untilTag(text, at + 1);
  if (!/value|default|secret/i.test(text.slice(at, at + 40))) return null;
  pairKey.lastIndex = at;
  if (!pairKey.test(text)) return null;
  const value = readValue(text, pairKey.lastIndex, name.start > 0 && text[at] === "\n");
  return value === null ? null : { operator: "pair", value };
}

function element(text: string, name: FoundName): Found | null {
  const stop = Math.min(text.length, name.end + 200);
  let at = name.end;
  while (at < stop && text[at] !== ">" && text[at] !== "<" && !isLineEnd(text.charCodeAt(at))) at++;
  return text[at] === ">" && text[at - 1] !== "/" ? untilTag(text, at + 1) : null;
}

function untilTag(text: string, start: number): Found | null {
  // The value may stand on a line of its own.
  const from = isLineEnd(text.charCodeAt(skipBlanks(text, start))) ? skipSpace(text, start) : start;
  const stop = Math.min(text.length, from + 2048);
  let end = from;
  while (end < stop && text[end] !== "<" && !isLineEnd(text.charCodeAt(end))) end++;
  if (!text.startsWith("</", from === start ? end : skipSpace(text, end))) return null;
  return { operator: "element", value: { start: from, end, quoting: "element", wrapper: "" } };
}

/** Commands that give a value to the name that follows. */
const setting = /(?:\\set|ENV|ARG|setenv|setx|define|\bset(?: -\w{1,3}){1,2})[ \t]+$/;
/** Prose that does: "the password is `…`". */
const saying =
  /^(?:(?:for|of) [^\n"'`:;=]{0,40}(?:["'`][\w.@-]{1,40}["'`] )?)?(?:is|was|are|will be)(?: set to| now)?:? (?=["'`])/;
const directive = /^(?:password|passwd|secret|requirepass|masterauth|pass|passphrase|rootpw|bindpw)$/i;

/** `--password …`, `requirepass …`, `PASSWORD '…'`, `token 3f2a…`. */
function flagOrWord(text: string, name: FoundName, at: number, quoted: boolean): Found | null {
  if (quoted || at === name.end || isLineEnd(text.charCodeAt(at))) return null;
  const dashed = text[name.start - 1] === "-";
  const word = text.slice(name.start, name.end);
  const isDivided = isBlank(text.charCodeAt(name.start - 1));
  const constant = isDivided && setting.test(text.slice(Math.max(0, name.start - 12), name.start));
  // for of is was are will
  const said = "foiwa".includes(text.charAt(at)) ? (saying.exec(text.slice(at, at + 120))?.[0].length ?? 0) : 0;
  const literal = readString(text, at + said);
  if (literal !== null && text[name.start - 1] === ":" && said === 0)
    return { operator: ":", value: { ...literal, wrapper: "" } };
  if (literal !== null && isAloneOnLine(text, name, literal.after))
    return { operator: "=", value: { ...literal, wrapper: "" } };
  if (literal !== null && (dashed || constant || said > 0 || directive.test(word))) {
    return { operator: dashed ? "flag" : "word", value: { ...literal, wrapper: "" } };
  }
  const value = readValue(text, at, dashed);
  if (value === null || value.quoting !== "none") return null;
  if (dashed) return text[value.start] === "-" ? null : { operator: "flag", value };
  const alone = (constant || directive.test(word)) && isLineEnd(text.charCodeAt(skipBlanks(text, value.end)));
  const opaque = value.end - value.start >= 16 && /\d/.test(text.slice(value.start, value.end));
  return alone || opaque ? { operator: alone && isConfigLine(text, name, false) ? "=" : "word", value } : null;
}

/** `storePassword '…'` and nothing else on the line: how Gradle's and Ruby's settings are written. */
function isAloneOnLine(text: string, name: FoundName, after: number): boolean {
  const before = text.slice(Math.max(0, name.start - 60), name.start);
  if (!/(?:^|\n)[ \t]*$/.test(before) || (before.length === 60 && !before.includes("\n"))) return false;
  return /^\w+$/.test(text.slice(name.start, name.end)) && isLineEnd(text.charCodeAt(skipBlanks(text, after)));
}
