/** A piece of a filter expression. */
export type FilterToken =
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "sign"; readonly text: string };

const piece =
  /(?<skip>\s+|\/\/[^\n]*)|(?<name>[A-Za-z_][\w.]*)|`(?<raw>[^`]*)`|"(?<text>(?:[^"\\]|\\.)*)"|(?<number>\d+(?:\.\d+)?)|(?<sign>\|\||&&|\?\?|[<>=!]=|[^\s])/gsu;

/** Cuts an expression into its pieces; comments and white space are left out. */
export function filterTokens(source: string): readonly FilterToken[] {
  return [...source.matchAll(piece)].flatMap(({ groups = {} }): FilterToken[] => {
    const { name, raw, text, number, sign } = groups;
    if (name !== undefined) return [{ kind: "name", text: name }];
    if (raw !== undefined) return [{ kind: "string", text: raw }];
    if (text !== undefined) return [{ kind: "string", text: unescaped(text) }];
    if (number !== undefined) return [{ kind: "number", value: Number(number) }];
    return sign === undefined ? [] : [{ kind: "sign", text: sign }];
  });
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_whole, char: string) => escapes[char] ?? char);
}
