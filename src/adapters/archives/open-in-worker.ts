import { unpackedName } from "./open-compressed.ts";
import type { Opener } from "./opener.ts";
import type { WorkerKind } from "./unpack-worker-protocol.ts";

/** Opens in the worker thread what could otherwise hold up everything else. */
export function openerInWorker(kind: WorkerKind): Opener {
  return async function* openInWorker({ bytes, path, allowance, worker }) {
    yield* await worker.unpack(kind, bytes, unpackedName(path), allowance);
  };
}
