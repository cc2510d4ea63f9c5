import { createContentExpander } from "../../../src/adapters/archives/content-expander.ts";
import { defaultExpandLimits, type ExpandLimits } from "../../../src/adapters/archives/limits.ts";
import type { ScanGap } from "../../../src/core/scan/scanner.ts";

/** What came out of a file, as tests look at it. */
export type Opened = {
  readonly texts: readonly { readonly path: string; readonly text: string; readonly via: string }[];
  readonly gaps: readonly ScanGap[];
};

/** Opens a file with an expander of its own, to the end. */
export async function opened(path: string, bytes: Uint8Array, limits: Partial<ExpandLimits> = {}): Promise<Opened> {
  const expander = createContentExpander({ ...defaultExpandLimits, ...limits });
  const texts: Opened["texts"][number][] = [];
  const gaps: ScanGap[] = [];
  try {
    for await (const entry of expander.session().expand({ path, bytes }, 0) ?? []) {
      if (entry.kind === "gap") gaps.push(entry.gap);
      else {
        const { source, via } = entry;
        texts.push({ path: source.path, text: Buffer.from(source.bytes).toString("latin1"), via: via.join(" ") });
      }
    }
  } finally {
    await expander.close();
  }
  return { texts, gaps };
}
