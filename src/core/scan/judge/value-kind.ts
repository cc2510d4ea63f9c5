import * as has from "../characters.ts";
import { type Characters, charactersOf, hasAny } from "../characters.ts";
import { isMonotonous } from "../evidence/monotony.ts";
import type { Quoting } from "../generic/named-value.ts";
import { wordShapeOf } from "../word-shape.ts";
import { publishedExample } from "./published-examples.ts";

/**
 * What a value is, if it is something other than a credential and its form shows that. The words are those a person reads in
 * the evidence.
 */
export type ValueKind =
  | "a template or variable"
  | "a placeholder"
  | "an example of a standard or manual"
  | "shortened or blotted out"
  | "characters that repeat or count up"
  | "code"
  | "a constant such as true or null"
  | "a URL"
  | "a path"
  | "an email address"
  | "a host name or IP address"
  | "a version, date or time"
  | "a UUID"
  | "a password hash"
  | "a digest"
  | "a public key or certificate"
  | "encrypted"
  | "a sentence"
  | "markup"
  | "a regular expression or format"
  | "a number"
  | "a decimal number"
  | "a pattern"
  | "a list"
  | "an AWS resource name"
  | "a media type"
  | "a message of a protocol";

/** A kind, what a value of it looks like, and what a value has that may look so: a quick look, so that few regexes are asked. */
type Test = readonly [ValueKind, RegExp, (found: Characters, text: string) => boolean];

/** Whether a text begins with one of some characters. */
const begins = (text: string, firsts: string): boolean => text !== "" && firsts.includes(text.charAt(0));

/** Where one of the words may begin that say whose value to put in: the first two letters. */
const invitations = new Set("yo my so th an in en re ch pu ad fi us".split(" "));

export const kindTests: readonly Test[] = [
  [
    "encrypted",
    /^\{[A-Za-z0-9+/]{20,}={0,2}\}$|^(?:ENC\[|\$ANSIBLE_VAULT|!vault|vault:v\d|AQICAH|ENC\(|\{cipher\}|sops:|-----BEGIN (?:PKCS7|AGE ENCRYPTED|PGP MESSAGE))/,
    (_, text) => begins(text, "{E$!vAs-"),
  ],
  [
    "a template or variable",
    /\$\([^)]*\)|<%|^###?\w+##?#$|#\{[^}]*\}|^\$[A-Za-z_]\w*$|^\$[A-Z_]{3,}|^%[A-Za-z_]+%$|^%\(?\w+\)?[sdvq]$|%s|%\(\w+\)s|^@@?[A-Za-z_.]+@?@?$|^\{[A-Za-z_$][\w.$]*\}$|^\{\d?\}$|\\\([a-z]\w*\)|[-_./:]\$\{?[a-z_]\w*\}?$|^__[A-Z_]+__$|^:[a-z_]+$|^\?$|^\{%/,
    (found, text) =>
      hasAny(found, has.dollar | has.less | has.hash | has.percent | has.at | has.brace | has.backslash) ||
      begins(text, "_:?"),
  ],
  [
    "shortened or blotted out",
    /\.{3}|\xe2\x80\xa6|\*{4}|[xX]{6}|\xe2\x80\xa2{2}/,
    (found) => hasAny(found, has.triple | has.high),
  ],
  [
    "a placeholder",
    /^<[^<>]*>$|^\[[A-Za-z_ -]+\]$|^\*+$|^\.{2,}$|^-+$|^_+$|^#+$|\.{3}$|\*{3,}|^[A-Z]+(?:_[A-Z]+)*_HERE$|-here$|_here$/i,
    (found) => hasAny(found, has.less | has.bracket | has.star | has.dot | has.dash | has.underscore | has.hash),
  ],
  ["a placeholder", /^x{3,}$|x{4,}/i, (found) => hasAny(found, has.triple)],
  [
    "a placeholder",
    /(?:^|[-_ <])(?:your|my|some|the|any|insert|enter|replace|change|put|add|fill|use)[-_ ]?(?:own|super|secure|secret|password|pass|token|key|api|auth|access|client|real|actual|me|it|this|value|here|app|private|jwt|strong|new|random|username|credentials?)/i,
    (found, text) =>
      hasAny(found, has.dash | has.underscore | has.blank | has.less) ||
      invitations.has(text.slice(0, 2).toLowerCase()),
  ],
  [
    "a placeholder",
    /^(?:change_?me|redacted|removed|hidden|masked|todo|tbd|fixme|fill_?in|none|null|nil|undefined|n\/a|placeholder|dummy|example|sample|string|value|text|blank|empty|default|foo|bar|baz|foobar|qux|asdf\w*|password_here|obfuscated|sanitized|censored|filtered|\[filtered\]|secret_?key_?base)$/i,
    (_, text) => text.length <= 16 || begins(text, "aA"),
  ],
  [
    "a constant such as true or null",
    /^(?:true|false|yes|no|on|off|null|none|nil|undefined|required|optional|enabled|disabled|self|this|void|string|str|int|bool|boolean|object|any|unknown|bytes|text|char|varchar|String|NULL|None|True|False|YES|NO|nullptr|never|always|auto|default|public|private|(?:big)?(?:u?int|float)(?:8|16|32|64|128)?(?:clamped)?(?:array|list)?|(?:array)?buffer|byte(?:array|string|\[\]))$|^\[?(?:String|ID|Int|Text|Bytes?|Password|Secret)\]?[!?]$|^(?:NTLM(?:_WB)?|Basic|Digest|Bearer|Negotiate|Kerberos|GSSAPI|SPNEGO|CRAM-?MD5|DIGEST-MD5|SCRAM-SHA-?\d+(?:-PLUS)?|X?OAUTH2?|OAUTHBEARER|(?:EAP-?)?MS-?CHAP(?:v2)?|PLAIN|LOGIN|ANONYMOUS|(?:sha|md|ripemd|blake|hs|rs|es|ps)-?\d{1,3}|(?:aes|des|camellia|aria)-?\d{3}-[a-z]{3}\d?)$/i,
    (_, text) => text.length <= 24 || begins(text, "sS"),
  ],
  [
    "a UUID",
    /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i,
    (_, text) => text.length >= 36 && text.length <= 38,
  ],
  [
    "a password hash",
    /^(?:\$(?:2[abxy]|1|5|6|y|7|apr1|argon2\w*|pbkdf2[\w-]*|scrypt)\$|\{(?:S?SHA\d*|S?MD5|CRYPT)\}|pbkdf2_sha\d+\$|bcrypt|(?:sha1|sha256|md5|argon2)\$|\*[0-9A-F]{40}$|SCRAM-SHA-256\$|scrypt:|pbkdf2:)/,
    (_, text) => begins(text, "${pbsma*S"),
  ],
  [
    "a digest",
    /^(?:sha(?:1|256|384|512)|md5)[-:=][A-Za-z0-9+/=]{20,}$|^[0-9a-f]{40}\.\.\.|^(?:[0-9A-Fa-f]{2}:){15,}[0-9A-Fa-f]{2}$/,
    (found) => hasAny(found, has.dash | has.colon | has.equal | has.triple),
  ],
  [
    "a public key or certificate",
    /^(?:ssh-(?:rsa|ed25519|dss) |ecdsa-sha2|-----BEGIN (?:PUBLIC|CERTIFICATE|RSA PUBLIC|PGP PUBLIC)|AAAA[BCE]3NzaC1|MII[A-Za-z0-9+/]{3}(?:CCA|jAN|jANB|CgKC)|MFkwEwYHKoZIzj0|MI[GI][A-Za-z0-9+/]{1,6}BgkqhkiG9w0BAQEFAAOB|age1[a-z0-9]{58}|[UAONC][A-Z2-7]{55}$)/,
    (_, text) => begins(text, "se-AMaUONC"),
  ],
  ["an AWS resource name", /^arn:[\w-]+:/, (found) => hasAny(found, has.colon)],
  [
    "a URL",
    /^(?:[a-z][a-z0-9+.-]*:)?\/\/\S+$|^(?:https?|ftp|mailto|data|urn|jdbc|file|chrome):/i,
    (found) => hasAny(found, has.slash | has.colon),
  ],
  ["an email address", /^[\w.+-]+@[\w-]+\.[\w.-]+$/, (found) => hasAny(found, has.at)],
  [
    "a host name or IP address",
    /^(?:\d{1,3}\.){3}\d{1,3}(?::\d+|\/\d+)?$|^(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|local|internal|example|localhost|test)(?::\d+)?$|^localhost(?::\d+)?$/i,
    (found, text) => hasAny(found, has.dot) || begins(text, "lL"),
  ],
  [
    "a path",
    /^\*{1,2}[./][\w.*/-]*$|^(?:\.{0,2}|~|[A-Za-z]:|%\w+%)[/\\][\w ./\\@$*:-]*$|^[\w-]+(?:\/[\w.-]+)+\/?$|^[\w./-]+\.(?:pem|key|crt|cer|txt|json|ya?ml|conf|cfg|ini|py|js|ts|rb|go|java|php|html?|css|png|svg|jpe?g|xml|md|sh|p12|pfx|jks|pub|env|toml|erb|so|exe|dll|log|db)$/i,
    (found) => hasAny(found, has.slash | has.backslash | has.dot),
  ],
  [
    "a version, date or time",
    /^v?\d+(?:\.\d+){1,3}(?:[-+][\w.]+)?$|^\d{4}-\d\d-\d\d(?:[T ][\d:.+Z-]*)?$|^\d+(?:\.\d+)?\s?(?:ms|s|m|h|d|days?|hours?|minutes?|seconds?|px|em|rem|kb|mb|gb|%)$|^\d{1,2}:\d\d(?::\d\d)?$|^\d+\/\d+\/\d+$/i,
    (found, text) => hasAny(found, has.digit) && begins(text, "0123456789vV"),
  ],
  // NTLMSSP and a Kerberos ticket: one side of a handshake.
  [
    "a message of a protocol",
    /^(?:(?:NTLM|Negotiate|Kerberos)\s+)?(?:TlRMTVNTUAA|YII[A-Za-z0-9+/]{3})[A-Za-z0-9+/=]{12,}$/,
    (_, text) => begins(text, "NKTY"),
  ],
  ["a media type", /^(?:application|text|image|audio|video|multipart)\/[\w.+-]+/, (found) => hasAny(found, has.slash)],
  ["markup", /^<\/?[a-z][^>]*>|<\/[a-z]+>|^&[a-z]+;$/i, (found) => hasAny(found, has.less | has.otherSign)],
  [
    "a regular expression or format",
    /^\/.*\/[gimsuy]*$|\[\^?(?:a-z|A-Z|0-9|\\w)[^\]]*\]|\\[dwsb][+*{]|\(\?[:=!<P]|^\^.*\$$|%[0-9.]*[dsxvfq]\b.*%|%[-+]?\d*[sdv]$/,
    (found) => hasAny(found, has.slash | has.bracket | has.backslash | has.parenthesis | has.dollar | has.percent),
  ],
];

/** Kinds that are no credential whatever the name and the place. */
export const neverCredentials: ReadonlySet<ValueKind> = new Set([
  "a template or variable",
  "shortened or blotted out",
  "characters that repeat or count up",
  "a constant such as true or null",
  "a public key or certificate",
  "encrypted",
  "an AWS resource name",
  "a media type",
  "a message of a protocol",
  "a version, date or time",
  "an example of a standard or manual",
  "markup",
  "a decimal number",
  "a pattern",
]);

/** What stands for many values: a shape such as `{hex:64}` or `{[a-f0-9]:40}`, a class of characters with a number, alternatives. */
const pattern =
  /\{[A-Za-z_][\w.-]{2,30}(?::[\w.-]{1,30}){0,2}(?:\}|$)|\{(?:\w+:\d+(?:\}|$)|\[[^\]]*(?:\]:\d+\}|$))|\[(?:[^\]]*[A-Za-z0-9]-[A-Za-z0-9]|\^?\\)[^\]]*\](?:[*+]|\{\d)|\[\^?(?:\w-\w){2}|\(\?(?:<?[=!]|:)|(?:\|\w{2,20}){3}|^\/\^/;

const sentence =
  /^[A-Z\x80-\xff][\w\x80-\xff'’,-]*(?: [\w\x80-\xff'’"(),.:;!?/-]+)+$|^(?:[a-z]{2,}[,.;:!?]? ){2,}|^\S+(?: \S+){4,}/;
const call =
  /^[A-Za-z_$@][\w$.:>-]*(?:\(|\[)|^(?:new|await|return|func|function|lambda|not|if|async|typeof|self|this)\b|^[A-Za-z_$]\w*(?:(?:\.|->|::|\?\.)[A-Za-z_$]\w*)+\(?\)?;?$|^[&*!@][A-Za-z_]\w*|^\(.*\)$|^[({[]|=>|^\w+\)|\(\)|^[A-Za-z_]\w*\(/;

/** A JSON Web Token: what its dots divide is no code. */
export const jwt = /^eyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]*/;

/** Base64 with slashes in it reads like a path; its pieces do not read like names. */
function isOpaque(text: string): boolean {
  return (
    /^(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])[A-Za-z0-9+/]{24,}={0,2}$/.test(text) &&
    wordShapeOf(text).coverage < 0.4
  );
}

/** The kind of a value, or `null`. `quoting` matters: without quotes, in code, a name is a variable. */
export function valueKindOf(value: string, quoting: Quoting): ValueKind | null {
  const text = value.length > 1000 ? value.slice(0, 1000) : value;
  const found = charactersOf(text);
  if (text.startsWith("eyJ") && jwt.test(text) && !hasAny(found, has.brace | has.dollar))
    return publishedExample(text) === null ? null : "an example of a standard or manual";
  if (publishedExample(text) !== null) return "an example of a standard or manual";
  if (text.length >= 8 && text.length <= 256 && isRow(text, found) && !isTailOnly(text))
    return "characters that repeat or count up";
  const number = hasAny(found, has.digit) ? numberKindOf(text, quoting) : undefined;
  if (number !== undefined) return number;
  if (hasAny(found, has.dollar | has.brace) && holdsTemplate(text)) return "a template or variable";
  if (mayBePattern(found, text) && pattern.test(text)) return "a pattern";
  for (const [kind, test, isLikely] of kindTests)
    if (isLikely(found, text) && test.test(text) && !(kind === "a path" && isOpaque(text))) return kind;
  if (quoting === "none" && mayBeCall(found, text) && call.test(text) && !/\.[A-Za-z0-9]{24,}$/.test(text))
    return "code";
  if (hasAny(found, has.blank) && sentence.test(text)) return "a sentence";
  return hasAny(found, has.comma) && /^(?:\S+,\s?){2,}\S+$/.test(text) ? "a list" : null;
}

/** The kind of what is a number, `null` included; `undefined`: it is none. */
function numberKindOf(text: string, quoting: Quoting): ValueKind | null | undefined {
  if (!begins(text, "0123456789.+-")) return undefined;
  if (/^1[3-7][0-9]{8}(?:[0-9]{3})?$/.test(text)) return "a version, date or time";
  if (/^[0-9]+(?:\.[0-9]+)?$/.test(text)) return text.length <= 4 && quoting === "none" ? "a number" : null;
  if (/^0x[0-9a-f]{1,8}[uUlL]*$/i.test(text)) return "a number";
  if (/^[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?$|^[0-9]{5,}[uUlLn]{1,3}$/.test(text)) return "a decimal number";
  return undefined;
}

/** Whether a regex may find something in a text with these characters. */
const mayBePattern = (found: Characters, text: string): boolean =>
  hasAny(found, has.brace | has.bracket | has.parenthesis | has.pipe) || begins(text, "/");

const mayBeCall = (found: Characters, text: string): boolean =>
  hasAny(found, has.parenthesis | has.bracket | has.brace | has.dot | has.dash | has.colon | has.star | has.at) ||
  hasAny(found, has.equal | has.otherSign) ||
  begins(text, "narflits");

/** `${…}` or `{{…}}` with something in it that could be an expression: its brackets are even. Passwords hold odd ones. */
function holdsTemplate(text: string): boolean {
  for (const { 0: open, index } of text.matchAll(/\$\{|\{\{/g)) {
    const inside = text.slice(index + open.length);
    const end = inside.indexOf(open === "{{" ? "}}" : "}");
    // Cut off where the value was.
    if (end < 0 ? /^[\s\w.$-]*$/.test(inside) : isEven(inside.slice(0, end))) return true;
  }
  return false;
}

const openers = "([{";
const closers = ")]}";

function isEven(text: string): boolean {
  const open: number[] = [];
  for (const char of text) {
    if (openers.includes(char)) open.push(openers.indexOf(char));
    else if (closers.includes(char) && open.pop() !== closers.indexOf(char)) return false;
  }
  return open.length === 0;
}

/** `abcdefgh`, `11111111`, the same with every character twice, and two rows that take turns: `a1b2c3d4`. */
function isRow(text: string, found: Characters): boolean {
  if (isMonotonous(text)) return true;
  if (isDoubled(text) && isMonotonous(text.replace(/(.)\1/gs, "$1"))) return true;
  const lower = hasAny(found, has.capitals | has.high) ? text.toLowerCase() : text;
  return countsUp(lower, 0) && countsUp(lower, 1);
}

/** Whether every character stands there twice. */
function isDoubled(text: string): boolean {
  if (text.length % 2 === 1) return false;
  for (let at = 0; at < text.length; at += 2) if (text.charCodeAt(at) !== text.charCodeAt(at + 1)) return false;
  return true;
}

/** Four digits that count up behind as many characters that do not and have a digit: what people add to what they made up. */
function isTailOnly(text: string): boolean {
  const head = /^(.{4,8})(?:1234|4321)$/.exec(text)?.[1] ?? "";
  return /[0-9]/.test(head) && /[a-z]{3}/i.test(head) && !isMonotonous(head);
}

/**
 * Whether of every second character, from a place on, most are one more than the one before, or all digits count up from 9 to 0. The last of an odd number of
 * characters counts on either side.
 */
function countsUp(text: string, from: number): boolean {
  let [steps, count] = [0, 0];
  let last = -1;
  const look = (place: number): void => {
    const code = text.charCodeAt(place);
    const step = code - last;
    if (count > 0 && (step === 1 || step === -9)) steps++;
    last = code;
    count++;
  };
  for (let place = from; place < text.length; place += 2) look(place);
  if (from === 1 && text.length % 2 === 1) look(text.length - 1);
  return count >= 4 && steps >= count - 2;
}
