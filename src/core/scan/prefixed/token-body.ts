import { isCommonWord, wordShapeOf } from "../word-shape.ts";
import { fewestDigits, longestPrefix, shortestBody } from "./may-be-prefixed.ts";

export const longestToken = 200;

/** A run without the full stop of a sentence. */
export const tokenOf = (run: string): string => (run.length > longestToken + 3 ? run : run.replace(/\.+$/, ""));

/** What comes after the prefix of a token, up to the next sign; `null`: it is none. */
export function bodyOf(value: string): string | null {
  if (value.length > longestToken || !/^[A-Za-z][A-Za-z0-9_-]+$/.test(value)) return null;
  const pieces = value.split(/[_-]/);
  const at = pieces.findIndex((piece) => piece.length >= shortestBody);
  const body = pieces[at];
  if (body === undefined || at < 1) return null;
  const prefix = value.slice(0, pieces.slice(0, at).join("_").length + 1);
  if (prefix.length > longestPrefix || !isOfToken(pieces.slice(0, at))) return null;
  return isMadeByMachine(body, prefix.endsWith("_")) ? body : null;
}

/** Words of credentials: a prefix with one of them says what it is. */
const credentialWords = new Set("key keys apikey api token tok secret sk rk pat live prod".split(" "));
/** Of what is made to be seen by everybody. */
const openWords = new Set("pk pub public publishable anon site cache sha1 sha256 sha384 sha512 md5 hash xn".split(" "));
/** What providers call the things of an account: ids are made like tokens and open nothing. */
const idWords = new Set(
  (
    "id acct act ag app asst b batch ba bid build call card case ch chatcmpl cid cmpl cn co conv cs ctx cus cust db dep dp dpl du " +
    "em ep ev evt exp fee fld fil fine ft gen grp ii il img in ins inst inv item job kid li lnk loc mbr med mem mod mrk msg nod obj " +
    "op ord org pay pg pi pid pl pm po pod pos prc prj prod proj ps qt rec ref rel rep req res resp rev rg rid role rtc run rs sch " +
    "sec seg ses sess seti sg shp si sid snap src ss st stk sub svc tbl tc tk tmp tmr toolu tr trc ts txn txr ui uid upl us usr uuid " +
    "ver vid vm vol vpc vs wbk web wf wh whk win wrk ws"
  ).split(" "),
);

/** Whether the pieces of a prefix are those of a token: not of an id, and not words, unless one of them is a word of credentials. */
function isOfToken(pieces: readonly string[]): boolean {
  const [first = ""] = pieces;
  if (!/^(?:[a-z][a-z0-9]{1,9}|[A-Z][A-Z0-9]{1,7})$/.test(first)) return false;
  const words = pieces.map((piece) => piece.toLowerCase());
  if (words.some((word) => openWords.has(word))) return false;
  if (words.some((word) => credentialWords.has(word))) return true;
  return (
    !idWords.has(words[0] ?? "") && !words.some((word) => word === "id" || (word.length >= 3 && isCommonWord(word)))
  );
}

/** Fewer different characters are no chance. */
const fewestDifferent = 10;
/** Capitals, small letters and digits take turns at one place of so many at least: two of three do in chance, in names fewer. */
const placesOfTurn = 4;
const turn = /[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])/g;
const shortestHex = 32;

/** Whether characters are such as a machine makes. A digest is named with a dash or a dot; what has only its digits must be longer and behind a `_`. */
function isMadeByMachine(body: string, isUnderscored: boolean): boolean {
  if (body.replace(/[^0-9]/g, "").length < fewestDigits || new Set(body).size < fewestDifferent) return false;
  if ((body.match(turn) ?? []).length * placesOfTurn < body.length) return false;
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(body)) return isUnderscored && body.length >= shortestHex;
  return wordShapeOf(body).coverage < 0.5;
}
