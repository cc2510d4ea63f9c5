import type { ContentScanner, KeepableScanner } from "../../src/core/scan/scanner.ts";

/** A scanner to which every path is a kind of place of its own. */
export const keepable = (scanner: ContentScanner, identity = "test"): KeepableScanner => ({
  ...scanner,
  identity,
  kindOfPlace: (path) => path,
});
