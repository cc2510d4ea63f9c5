import type { Opener } from "./opener.ts";
import { gapOf } from "./part.ts";

const signatureBytes = 8;
const headerBytes = 60;

/** Debian packages and static libraries: ar(5), with GNU's and BSD's ways to write long names. */
export const openAr: Opener = async function* openAr({ bytes }) {
  const text = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString("latin1");
  let longNames = "";
  for (let at = signatureBytes; at < bytes.length;) {
    const header = text(at, at + headerBytes);
    const size = /^\d+ *$/.test(header.slice(48, 58)) ? Number.parseInt(header.slice(48, 58), 10) : -1;
    const start = at + headerBytes;
    if (header.slice(58) !== "`\n" || size < 0 || start + size > bytes.length) {
      yield gapOf("", "corrupt", `The ar archive breaks off at byte ${at}: no whole entry there.`);
      return;
    }
    const field = header.slice(0, 16).trimEnd();
    const inline = /^#1\/(\d{1,4})$/.exec(field);
    const nameBytes = Math.min(size, Number.parseInt(inline?.[1] ?? "0", 10));
    if (field === "//") longNames = text(start, start + size);
    else if (field !== "/" && field !== "/SYM64/") {
      const name = inline === null ? nameOf(field, longNames) : text(start, start + nameBytes).replace(/\0+$/, "");
      yield { kind: "part", name, bytes: bytes.subarray(start + nameBytes, start + size) };
    }
    // Entries start at even offsets.
    at = start + size + (size % 2);
  }
};

function nameOf(field: string, longNames: string): string {
  const reference = /^\/(\d{1,9})$/.exec(field);
  if (reference === null) return field.replace(/\/$/, "");
  const from = Number.parseInt(reference[1] ?? "0", 10);
  return longNames.slice(from, from + 255).split(/\/?\n/, 1)[0] ?? field;
}
