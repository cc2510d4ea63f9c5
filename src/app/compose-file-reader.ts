import { readFile, type FileContent, mostReused, reusedRoom } from "../adapters/files/read-file.ts";
import { parseLfsPointer } from "../adapters/git/lfs-pointer.ts";
import { containerKindOf } from "../core/scan/container-kind.ts";
import type { EngineScanner } from "../core/scan/engine/engine-scanner.ts";
import type { LocalUnread } from "../flows/scan-local-file.ts";
import type { ScanSettings } from "./scan-task.ts";

/** What is to be done about a file. `bare`: nothing, as there is nothing in it. `read`: its bytes, good until the next file is read. */
export type ReadyFile =
  | { readonly kind: "bare"; readonly size: number }
  | Extract<FileContent, { kind: "read" }>
  | ({ readonly kind: "unread" } & Pick<LocalUnread, "reason" | "detail">)
  | { readonly kind: "failed"; readonly cause: unknown };

/**
 * Reads files to where the engine looks at them: most have nothing, and nothing else is made for these. `file` is a byte string. Never throws for what a file
 * is.
 */
export function composeFileReader(
  { roomFor, unlessBare }: Pick<EngineScanner, "roomFor" | "unlessBare">,
  { maxBytes, archives }: Pick<ScanSettings, "maxBytes" | "archives">,
): (judgedAs: string, file: string) => ReadyFile {
  // Where the engine looks, other texts are looked at too.
  const roomForKept = reusedRoom();
  const kept = (bytes: Uint8Array): Uint8Array => {
    const room = roomForKept(bytes.length);
    room.set(bytes);
    return room;
  };
  // The engine's memory never becomes smaller.
  const room = (size: number): Uint8Array => (size > mostReused ? Buffer.allocUnsafe(size) : roomFor(size));
  return (judgedAs, file) => {
    const content = readFile(isPlain.test(file) ? file : Buffer.from(file, "latin1"), maxBytes, room);
    if (content.kind === "unread") return content;
    const { bytes } = content;
    const pointer = parseLfsPointer(bytes);
    if (pointer !== null) {
      const detail = `Git LFS holds the content: ${pointer.size} bytes. Fetch it (git lfs pull) and scan again.`;
      return { kind: "unread", reason: "lfs-pointer", detail };
    }
    const keep = bytes.length > mostReused ? (all: Uint8Array) => all : kept;
    if (archives && containerKindOf(bytes, judgedAs) !== null) return { kind: "read", bytes: keep(bytes) };
    try {
      const left = unlessBare({ path: judgedAs, bytes }, keep);
      return left === null ? { kind: "bare", size: bytes.length } : { kind: "read", bytes: left.bytes };
    } catch (cause) {
      return { kind: "failed", cause };
    }
  };
}

/** Of such a byte string Node makes the same bytes. */
const isPlain = /^[\x01-\x7f]*$/;
