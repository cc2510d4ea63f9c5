/** The thread in which documents, databases and slow compressions are opened: it can be ended when it takes too much. */
import { parentPort } from "node:worker_threads";
import { gapOf, type Part, type PartGap } from "./part.ts";
import type { UnpackReply, UnpackRequest } from "./unpack-worker-protocol.ts";

parentPort?.on("message", (request: UnpackRequest) => void answer(request));

async function answer(request: UnpackRequest): Promise<void> {
  let parts: readonly (Part | PartGap)[];
  try {
    parts = await unpack(request);
  } catch (error) {
    const name = error instanceof Error ? error.name : "unknown error";
    parts = [gapOf("", "corrupt", `Could not be opened as ${request.kind} (${name}).`)];
  }
  const reply: UnpackReply = { id: request.id, parts };
  parentPort?.postMessage(reply, []);
}

async function unpack({ kind, bytes, name, room }: UnpackRequest): Promise<readonly (Part | PartGap)[]> {
  switch (kind) {
    case "bzip2":
      return single(name, (await import("./unbzip2.ts")).unbzip2(bytes, room));
    case "xz":
      return single(name, await (await import("./unxz.ts")).unxz(bytes, room));
    case "sqlite":
      return (await import("./read-sqlite.ts")).readSqlite(bytes, room);
    case "pdf":
      return (await import("./read-pdf.ts")).readPdf(bytes, room);
  }
}

function single(name: string, { bytes, gap }: { bytes: Uint8Array; gap: PartGap | null }): readonly (Part | PartGap)[] {
  const part: readonly Part[] = bytes.length > 0 ? [{ kind: "part", name, bytes }] : [];
  return gap === null ? part : [...part, gap];
}
