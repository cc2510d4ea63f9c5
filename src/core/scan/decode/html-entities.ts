import { toByteText } from "../byte-text.ts";
import type { Decoder } from "./decoder.ts";
import { changesNothing } from "./escaped.ts";
import { runsFrom } from "./runs-from.ts";

/** The named references of HTML and XML for characters of ASCII. https://html.spec.whatwg.org/multipage/named-characters.html */
const named: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  ast: "*",
  bsol: "\\",
  colon: ":",
  comma: ",",
  commat: "@",
  dollar: "$",
  equals: "=",
  excl: "!",
  gt: ">",
  lbrace: "{",
  lbrack: "[",
  lcub: "{",
  lowbar: "_",
  lpar: "(",
  lsqb: "[",
  lt: "<",
  nbsp: " ",
  num: "#",
  percnt: "%",
  period: ".",
  plus: "+",
  quest: "?",
  quot: '"',
  rbrace: "}",
  rbrack: "]",
  rcub: "}",
  rpar: ")",
  rsqb: "]",
  semi: ";",
  sol: "/",
  tilde: "~",
  vert: "|",
};

const one = `&(?:#(\\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(${Object.keys(named).join("|")}));`;
const single = new RegExp(one, "g");
const run = new RegExp(`(?:${one.replace(/\((?!\?)/g, "(?:")})+`, "y");

/** Character references, `&#x3D;`, `&#61;` and `&quot;`. */
export const htmlEntityDecoder: Decoder = {
  name: "html",
  *find(text) {
    for (const { 0: found, index } of runsFrom("&", run, text)) {
      const decoded = toByteText(found.replace(single, characterOf));
      if (!changesNothing(decoded)) yield { start: index, end: index + found.length, decoded };
    }
  },
};

function characterOf(_: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return named[name] ?? "";
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number.parseInt(decimal, 10);
  return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
}
