import { isNameByte } from "./bytes.ts";
import type { Sought, Spotted } from "./spotted.ts";

/** A word that may be the name of a credential: `text.slice(start, end)`. */
export type FoundName = { readonly start: number; readonly end: number };

const longestName = 100;

/**
 * What a name of a credential has in it; everything else is never looked at. The foreign words stand as UTF-8 bytes: contraseña, пароль, 密码,
 * 密碼, パスワード, 비밀번호.
 */
const anchor =
  /pass|pwd|psw|secret|token|jwt|key|auth|cred|seed|bearer|kennwort|geheim|contrase|senha|wachtwoord|haslo|parola|lozinka|salasana|senord|segredo|mdp|clave|(?<![a-z])pw(?![a-z])|rootpw|bindpw|(?<![a-z0-9_-])psk(?=["']?[ \t]*=)|otp|\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c|\xe5\xaf\x86\xe7(?:\xa0\x81|\xa2\xbc)|\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf|\xeb\xb9\x84\xeb\xb0\x80\xeb\xb2\x88/gi;

/** Words that may stand before the credential word, divided by a space: `Secret access key: …`, `API Key = …`. */
export const spacedWords: readonly string[] =
  "api access secret private client auth master shared storage account user admin root db database app application consumer encryption bearer refresh session personal bot webhook signing service license".split(
    " ",
  );
const spaced = new RegExp(`(?:^|[^A-Za-z0-9_])((?:(?:${spacedWords.join("|")}) ){1,3})$`, "i");

/** Of each alternative of `anchor` a word, or the beginning of it, that stands where it begins. */
const nameWords: readonly string[] = [
  ..."pass pwd psw secret token jwt key auth cred seed bearer kennwort geheim contrase senha wachtwoord haslo".split(
    " ",
  ),
  ..."parola lozinka salasana senord segredo mdp clave pw rootpw bindpw psk otp".split(" "),
  "\xd0\xbf\xd0\xb0\xd1\x80",
  "\xe5\xaf\x86\xe7",
  "\xe3\x83\x91\xe3\x82\xb9",
  "\xeb\xb9\x84\xeb\xb0",
];

/** Names to which something may be given. */
export const nameSought: Sought = { key: "name", words: nameWords, gate: { kind: "name" } };

const anchorHere = new RegExp(anchor.source, "iy");

/** Finds the names in order, each once. */
export function* namesIn(text: string, spotted: Spotted | null = null): Generator<FoundName> {
  if (spotted === null) yield* namesAround(text, (from) => nextAnchor(anchor, text, from));
  else yield* namesAround(text, anchorsAt(text, spotted(nameSought)));
}

type NextAnchor = (from: number) => RegExpExecArray | null;

function nextAnchor(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

function anchorsAt(text: string, places: readonly number[]): NextAnchor {
  let next = 0;
  return (from) => {
    for (let place = places[next]; place !== undefined; place = places[next]) {
      next += 1;
      const hit = place < from ? null : nextAnchor(anchorHere, text, place);
      if (hit !== null) return hit;
    }
    return null;
  };
}

function* namesAround(text: string, next: NextAnchor): Generator<FoundName> {
  let done = 0;
  for (let hit = next(0); hit !== null; hit = next(done)) {
    let start = hit.index;
    let end = hit.index + hit[0].length;
    const floor = Math.max(done, start - longestName);
    const ceiling = Math.min(text.length, end + longestName);
    while (start > floor && isNameByte(text.charCodeAt(start - 1))) start--;
    while (end < ceiling && isNameByte(text.charCodeAt(end))) end++;
    done = end;
    yield trimmed(text, start, end);
  }
}

const isDashOrDot = (code: number): boolean => code === 45 || code === 46;

const lastLetters: ReadonlySet<string> = new Set(spacedWords.map((word) => word.slice(-2)));

/** Whether one of `spacedWords` may end at a place. */
const mayEndSpaced = (text: string, end: number): boolean => lastLetters.has(text.slice(end - 2, end).toLowerCase());

/** Without leading dashes and dots and trailing punctuation; `\n` of an escaped line end before it is cut off. */
function trimmed(text: string, start: number, end: number): FoundName {
  while (start < end && isDashOrDot(text.charCodeAt(start))) start++;
  while (end > start && (isDashOrDot(text.charCodeAt(end - 1)) || text.charCodeAt(end - 1) === 36)) end--;
  const first = text.charCodeAt(start);
  // n r t
  if (text.charCodeAt(start - 1) === 92 && (first === 110 || first === 114 || first === 116)) start++;
  if (text.charCodeAt(start - 1) === 32 && mayEndSpaced(text, start - 1)) {
    const before = spaced.exec(text.slice(Math.max(0, start - 40), start))?.[1];
    if (before !== undefined) start -= before.length;
  }
  return { start, end };
}
