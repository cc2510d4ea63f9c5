import { placeholderWordIn } from "../evidence/placeholder.ts";
import { isMonotonous } from "../evidence/monotony.ts";
import { alphabets, charactersOf } from "./alphabets.ts";
import { parseShape, ShapeError } from "./parse-shape.ts";
import { type Random, seededRandom } from "./random.ts";
import { specialTokens } from "./special-tokens.ts";

/**
 * Fills a shape with random characters: the same shape and seed give the same text. What is random in it never looks like a
 * placeholder. Throws `ShapeError` for a shape that cannot be read.
 */
export function fillShape(shape: string, seed: number): string {
  return fill(shape, seededRandom(shape, seed));
}

function fill(shape: string, random: Random): string {
  return parseShape(shape)
    .map((piece) => (piece.kind === "text" ? piece.text : fillToken(shape, piece.name, piece.argument, random)))
    .join("");
}

function fillToken(shape: string, name: string, argument: string, random: Random): string {
  const characters = name.startsWith("[") ? charactersOf(name) : alphabets[name];
  if (typeof characters === "string") return fillCharacters(characters, lengthOf(shape, argument, random), random);
  const special = specialTokens[name];
  if (special === undefined) throw new ShapeError(shape, `there is no token {${name}}`);
  return special(argument, random, (inner) => fill(inner, random), fillCharacters);
}

function lengthOf(shape: string, argument: string, random: Random): number {
  const found = /^(\d+)(?:-(\d+))?$/.exec(argument);
  if (found === null)
    throw new ShapeError(shape, `a length or range such as 36 or 20-30 is missing, found "${argument}"`);
  const low = Number(found[1]);
  const high = Number(found[2] ?? found[1]);
  if (high < low) throw new ShapeError(shape, `the range ${argument} is upside down`);
  return low + random.below(high - low + 1);
}

const attempts = 200;

/** Random characters that have every kind (digit, small, capital) their alphabet has, if long enough, and no pattern. */
function fillCharacters(characters: string, length: number, random: Random): string {
  let text = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    text = Array.from({ length }, () => characters.charAt(random.below(characters.length))).join("");
    if (looksRandom(text, characters)) return text;
  }
  return text;
}

const kinds = [/[0-9]/, /[a-z]/, /[A-Z]/];

function looksRandom(text: string, characters: string): boolean {
  if (text.length < 8) return true;
  if (placeholderWordIn(text) !== null || isMonotonous(text)) return false;
  if (new Set(text).size < Math.min(characters.length, text.length) * 0.45) return false;
  return text.length < 16 || kinds.every((kind) => !kind.test(characters) || kind.test(text));
}
