import type { NamedValue } from "../generic/named-value.ts";
import { commandRule } from "../generic/find-command-passwords.ts";
import { urlRule } from "../generic/find-url-credentials.ts";
import type { FileKind } from "./file-kind.ts";

/** What the place says: how it is written, on what line, in what kind of file. */
export function placeFeatures(text: string, named: NamedValue, file: FileKind): string[] {
  const features = plainPlaceFeatures(named, file);
  if (named.ruleId === urlRule && named.wrapper !== "lone")
    features.push(
      ...urlFeatures(named.wrapper, text.slice(named.start, named.end), text.slice(named.end + 1, named.end + 60)),
    );
  else if (named.wrapper !== "") features.push(`place: ${wrapperOf(named.wrapper)}`);
  return [
    ...features,
    ...nameFormFeatures(text, named, file),
    ...lineFeatures(text, named),
    ...afterFeatures(text, named),
  ];
}

/** What is known without a look at the text: what found it, how it is written, and in what kind of file. */
export function plainPlaceFeatures(named: NamedValue, file: FileKind): string[] {
  const bare = named.quoting === "none";
  const features = [
    `place: found by ${named.ruleId}`,
    `place: written with ${named.operator}${bare ? " and no quotes" : ""}`,
    `place: ${bare ? "bare" : "quoted"} in ${file.language}`,
    ...(/escaped|entity|backtick/.test(named.quoting) ? [`place: quotes ${named.quoting}`] : []),
  ];
  if (file.test) features.push("file: among tests");
  if (file.unitTest) features.push("file: a unit test by its name");
  if (file.example) features.push("file: among documentation or examples");
  if (file.machine !== null) features.push(`file: ${file.machine}`);
  return features;
}

const transparent =
  /(?:^|[.:_])(?:some|just|string|str|strings?value|sptr|ptr|bytes|encode|b64encode|b64decode|decode|from|fromstring|frombase64string|secret|secretstr|secretkey|securestring|convertto-securestring|password|token|pack|text|new|credential\w*|basicauth|httpbasicauth|usernamepassword\w*|tochararray|getbytes|base64|byte|totp|hotp|freeze|value|literal|sensitive|redacted|createsecretkey|from_env|quote|escape|unhex|x|to_string|into|must\w*)$/i;
const reading =
  /env|config|settings?|get|fetch|read|load|find|lookup|param|option|prompt|input|ask|t$|i18n|translate|gettext|_$|select|query|require|import|include|format|print|log|error|throw|assert|expect|replace|match|test|split|join|hash|encrypt|digest|sign|verify|check|has|is[A-Z]|path|file|open|url/i;

const wrappers = {
  encrypted: "the key is encrypted",
  authorization: "after the word authorization",
  lone: "a user name without password",
};

function wrapperOf(wrapper: string): string {
  if (wrapper === "encrypted" || wrapper === "authorization" || wrapper === "lone") return wrappers[wrapper];
  if (wrapper === "[" || wrapper === "||") return wrapper === "[" ? "first of a list" : "a fallback";
  if (transparent.test(wrapper)) return "given through a call that keeps it";
  return reading.test(wrapper) ? "inside a call that looks something up" : "inside some call";
}

/** Of a URL: user and password alike, a host that is nobody's, a password for a machine that only the developer reaches. */
function urlFeatures(user: string, password: string, host: string): string[] {
  const features: string[] = [];
  if (user === password) features.push("url: password is the user name");
  if (/^(?:user(?:name)?|u|usr|login|foo|name|me|a|b|x|<.*|\$.*|\{.*)$/i.test(user))
    features.push("url: the user name is a stand-in");
  if (/^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|172\.)/.test(host))
    features.push("url: on this or a private machine");
  if (
    /^(?:[\w-]+\.)*(?:example|invalid|test)(?:\.|[:/]|$)|^(?:host(?:name)?|server|domain|your|my|foo|bar|proxy)\b|^[%${<]/i.test(
      host,
    )
  )
    features.push("url: the host is a stand-in");
  if (/^(?:p|pw|pwd|pass|password|secret)$/i.test(password)) features.push("url: the password is a stand-in");
  return features;
}

/** What stands directly before the name: a member of a path, or a variable where `$name = …` assigns nothing. */
function nameFormFeatures(text: string, named: NamedValue, file: FileKind): string[] {
  const { name, nameStart, start, operator, quoting } = named;
  const before = nameStart < start ? text[nameStart - 1] : undefined;
  const features: string[] = [];
  if (before === "/") features.push("place: the name is the end of a path");
  if (name.includes("$") && quoting === "none" && operator === "=" && /shell|unknown|prose|data/.test(file.language))
    features.push("place: a variable that is only used");
  return features;
}

const reach = 160;
const userReach = 110;
/** `user = bob`, `"username": "bob"`, `User ID=bob;`, `-u bob`: given a plain word, not read from somewhere. */
const givenUser =
  /(?:user(?:[ _]?(?:name|id))?|login|usr|uid)\\{0,3}["']?\s*(?:=>|:=|[=:])\s*\\{0,3}["']?[A-Za-z][\w.@-]{1,40}\\{0,3}["']?\s*[,;)}]?\s*(?:[\n\\]|$|[;,&]|(?:\/\/|#))|(?:^|\n)\s*(?:user(?:name)?|login)\s+["']?[\w.@-]{2,40}["']?\s*\n|\s(?:-u|--user(?:name)?)[= ]["']?[A-Za-z][\w.@-]{1,40}["']?\s/i;

function lineFeatures(text: string, { ruleId, nameStart, start, end, quoting }: NamedValue): string[] {
  const from = Math.min(nameStart, start);
  const before = text.slice(Math.max(0, from - reach), from);
  const head = lastLineOf(before, quoting === "escaped");
  // A command begins where its name is found; its options stand behind that.
  const beside = ruleId === commandRule ? text.slice(Math.max(0, start - userReach), start) : before.slice(-userReach);
  const after = text.slice(end, end + reach);
  const line = `${head} ${after.split("\n", 1)[0] ?? ""}`;
  const features: string[] = [];
  if (/\bbadges?\b[^\s"']*[?&]\w*$/.test(before)) features.push("place: in the address of a badge");
  if (/^\s*(?:#|\/\/|\/?\*|--|;|<!--|REM\b|')/.test(head)) features.push("line: a comment");
  if (/assert|expect|should|\bmock|\bstub|\.to\b|toEqual|\beq\b|require\./i.test(line))
    features.push("line: an assertion");
  if (/\b(?:raise|throw|Error|Exception|log|print|puts|warn|console|message|msg)\b/.test(line))
    features.push("line: a message or error");
  if (/user|login|email|account|\bid\b|host|\bdb\b|database|server|endpoint|port/i.test(line))
    features.push("line: a user, host or database beside it");
  else if (/user|login|email|host|database|endpoint|port/i.test(before + after))
    features.push("line: a user, host or database near it");
  if (givenUser.test(beside) || givenUser.test(after.slice(0, userReach)))
    features.push("line: its user is given beside it");
  if (/^\s*(?:def|func|function|fun|fn|sub|public|private|protected|static|class|interface|type|struct)\b/.test(head))
    features.push("line: a declaration");
  if (/\b(?:const|let|var|val|final|static|define|set)\b/.test(head)) features.push("line: a constant or variable");
  if (/example|e\.g\.|sample|placeholder|dummy|fake|replace|your|garbage|for test|testing|invalid|bogus/i.test(line))
    features.push("line: speaks of examples");
  return features;
}

/** What stands on the line so far; in a string that holds lines, on the line of that. */
function lastLineOf(before: string, escaped: boolean): string {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const at = escaped ? line.lastIndexOf("\\n") : -1;
  return at < 0 ? line : line.slice(at + 2);
}

function afterFeatures(text: string, named: NamedValue): string[] {
  const rest = (text.slice(named.end, named.end + 40).split("\n", 1)[0] ?? "").replace(/^["'`\\]+/, "");
  const features: string[] = [];
  if (/^\s*[+.]\s*[A-Za-z_$(]/.test(rest) && named.quoting !== "none") features.push("after: more is joined to it");
  if (named.quoting === "none" && /^[ \t]+[A-Za-z]/.test(rest)) features.push("after: more words");
  if (/^[,;)\]}]/.test(rest))
    features.push(`after: a comma, semicolon or bracket${named.quoting === "none" ? ", without quotes" : ""}`);
  if (/^\s*[({[]/.test(rest)) features.push("after: an opening bracket");
  if (named.quoting !== "element" && named.operator !== "==" && /^\s*(?:\?|==|!=|&&|\|\||<|>|\+)/.test(rest))
    features.push("after: an operator");
  if (/^\s*$|^[ \t]+(?:#|\/\/|;)/.test(rest)) features.push("after: the line ends");
  return features;
}
