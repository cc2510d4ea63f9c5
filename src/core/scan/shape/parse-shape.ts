/** A piece of a shape: text as it stands, or a token `{name:argument}` to be filled. */
export type ShapePiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "token"; readonly name: string; readonly argument: string };

/** A shape that cannot be read; the message says what is wrong and where. */
export class ShapeError extends Error {
  constructor(shape: string, reason: string) {
    super(`shape ${JSON.stringify(shape)}: ${reason}`);
    this.name = "ShapeError";
  }
}

/** Reads a shape such as `ghp_{alnum:36}`. `\{`, `\}` and `\\` stand for themselves, braces inside quotes do not count. */
export function parseShape(shape: string): readonly ShapePiece[] {
  const pieces: ShapePiece[] = [];
  let text = "";
  for (let at = 0; at < shape.length; at++) {
    const char = shape.charAt(at);
    if (char === "\\" && /[{}\\]/.test(shape.charAt(at + 1))) text += shape.charAt(++at);
    else if (char === "{") {
      const end = endOfToken(shape, at);
      if (text !== "") pieces.push({ kind: "text", text });
      text = "";
      pieces.push(tokenOf(shape, shape.slice(at + 1, end)));
      at = end;
    } else if (char === "}") throw new ShapeError(shape, `the } at ${at} closes nothing: write \\} for the character`);
    else text += char;
  }
  if (text !== "") pieces.push({ kind: "text", text });
  return pieces;
}

function endOfToken(shape: string, start: number): number {
  let quoted = false;
  for (let at = start + 1; at < shape.length; at++) {
    const char = shape.charAt(at);
    if (char === "\\" && quoted) at += 1;
    else if (char === '"') quoted = !quoted;
    else if (char === "}" && !quoted) return at;
  }
  throw new ShapeError(shape, `the { at ${start} is not closed: write \\{ for the character`);
}

function tokenOf(shape: string, inner: string): ShapePiece {
  const found = /^(\[(?:[^\]\\]|\\.)+\]|[A-Za-z][\w-]*)(?::([^]*))?$/.exec(inner);
  if (found?.[1] === undefined) throw new ShapeError(shape, `{${inner}} is not a token`);
  return { kind: "token", name: found[1], argument: found[2] ?? "" };
}
