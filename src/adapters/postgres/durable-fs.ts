import { fdatasyncSync } from "node:fs";
import type { PGlite, postgresMod } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type PostgresMod = postgresMod.PostgresMod;

/** The parts of Emscripten's file system that are used below; PGlite does not type them. */
type EmscriptenNodeFs = {
  readonly tryFSOperation: <T>(operation: () => T) => T;
  readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number };
};

/**
 * PGlite's directory file system with an `fsync` that reaches the disk: PGlite 0.5 leaves it out, so that a commit would be
 * lost with the power. It leans on internals (PGlite is pinned), so `syncs` lets the start check that it works.
 */
export class DurableNodeFs extends NodeFS {
  #syncs = 0;

  /** How often a file was forced to the disk since the start. */
  get syncs(): number {
    return this.#syncs;
  }

  override async init(pg: PGlite, options: Partial<PostgresMod>): Promise<{ emscriptenOpts: Partial<PostgresMod> }> {
    const { emscriptenOpts } = await super.init(pg, options);
    const addFsync = (module: unknown): void => {
      const { NODEFS } = module as { NODEFS: EmscriptenNodeFs };
      NODEFS.stream_ops.fsync = ({ nfd }) =>
        NODEFS.tryFSOperation(() => {
          fdatasyncSync(nfd);
          this.#syncs += 1;
          return 0;
        });
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFsync] } };
  }
}
