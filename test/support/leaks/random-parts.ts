import { parseShape, type ShapePiece } from "../../../src/core/scan/shape/parse-shape.ts";

/** Shorter ones cannot be told from what happens to stand anywhere. */
const shortest = 12;
/** Of an alphabet with small letters, capitals and digits, this many are no accident either. */
const shortestOfMany = 8;

/**
 * What nobody but its owner should know of a text that was filled from a shape: the characters that were random, without what the
 * shape itself says. `again` fills a shape with other characters: what stays the same is no secret either (the prefix of a token,
 * the head of a JWT).
 */
export function randomPartsOf(shape: string, text: string, again: (shape: string) => string): readonly string[] {
  const tokens = parseShape(shape).filter((piece) => piece.kind === "token");
  const found = new RegExp(`^${parseShape(shape).map(patternOf).join("")}$`).exec(text);
  if (found === null) throw new Error(`a text is not what its shape says: ${JSON.stringify(shape)}`);
  return tokens
    .flatMap((token, at) => {
      const part = found[at + 1] ?? "";
      if (isOfOneClass(token)) return [part];
      // What a JWT claims is for everybody; whoever has its signature has it.
      if (token.name === "jwt") return part.split(".").slice(2);
      return partsThatChange(part, again(`{${token.name}:${token.argument}}`));
    })
    .filter((part) => part.length >= shortest || (part.length >= shortestOfMany && isOfMany(part)));
}

const isOfMany = (part: string): boolean => [/[a-z]/, /[A-Z]/, /[0-9]/].every((kind) => kind.test(part));

type Token = Extract<ShapePiece, { readonly kind: "token" }>;

/** `{alnum:36}`: a class of characters and how many. The others have an inner structure. */
const isOfOneClass = ({ argument }: Token): boolean => /^\d+(-\d+)?$/.test(argument);

function patternOf(piece: ShapePiece): string {
  if (piece.kind === "text") return piece.text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  return isOfOneClass(piece) ? `([^]{${piece.argument.replace("-", ",")}})` : "([^]*?)";
}

/** Line by line, as those of a PEM block are; what two fillings begin with is the same in all. */
function partsThatChange(part: string, other: string): readonly string[] {
  const separator = /\s+|\\n/;
  const others = other.split(separator);
  return part.split(separator).flatMap((line, at) => {
    const same = commonStart(line, others[at] ?? "");
    return others.includes(line) ? [] : [line.slice(same)];
  });
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
