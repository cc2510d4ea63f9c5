import { type CodePoints, sizeOf } from "./code-points.ts";
import type { RegexNode } from "./node.ts";

const enough = 4;
const maxPrefixes = 8;

/**
 * Texts of which every match begins with one (assertions aside), of up to four characters; `null` if they would be too many or are not
 * known. An element may be shorter, even empty.
 */
export function literalPrefixesOf(node: RegexNode): readonly string[] | null {
  return prefixesOf(node)?.texts ?? null;
}

/** `whole`: nothing of the node comes after any of the texts. */
type Prefixes = { readonly texts: readonly string[]; readonly whole: boolean };

function prefixesOf(node: RegexNode): Prefixes | null {
  switch (node.kind) {
    case "empty":
    case "assert":
      return { texts: [""], whole: true };
    case "set":
      return { texts: charactersOf(node.points) ?? [""], whole: charactersOf(node.points) !== null };
    case "capture":
      return prefixesOf(node.of);
    case "concat":
      return concatPrefixes(node.parts);
    case "repeat": {
      if (node.min === 0) return { texts: [""], whole: false };
      const once = prefixesOf(node.of);
      return once === null ? null : { texts: once.texts, whole: once.whole && node.min === 1 && node.max === 1 };
    }
    case "alternate":
      return alternatePrefixes(node.options);
  }
}

function charactersOf(points: CodePoints): readonly string[] | null {
  if (sizeOf(points) > 2 || points.some(([, high]) => high >= 0x80)) return null;
  return points.flatMap(([low, high]) => (low === high ? [low] : [low, high]).map((code) => String.fromCharCode(code)));
}

function concatPrefixes(parts: readonly RegexNode[]): Prefixes | null {
  let texts: readonly string[] = [""];
  for (const part of parts) {
    const next = prefixesOf(part);
    if (next === null) return null;
    const longer = texts.flatMap((text) => next.texts.map((more) => text + more));
    if (longer.length > maxPrefixes) return { texts, whole: false };
    texts = longer;
    if (!next.whole || texts.every((text) => text.length >= enough)) return { texts, whole: false };
  }
  return { texts, whole: true };
}

function alternatePrefixes(options: readonly RegexNode[]): Prefixes | null {
  const each = options.map(prefixesOf);
  const texts = new Set(each.flatMap((prefixes) => prefixes?.texts ?? []));
  if (each.includes(null) || texts.size > maxPrefixes) return null;
  return { texts: [...texts], whole: each.every((prefixes) => prefixes?.whole === true) };
}
