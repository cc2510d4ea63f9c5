import type { ScanGap } from "./scanner.ts";
import type { SourceText } from "./source-text.ts";

/** A piece of content found inside a container, or why some of it could not be had. */
export type Expanded =
  | {
      readonly kind: "text";
      /** `path` is the container's path with `!/` and the entry's name, as deep as it goes: `app.tar.gz!/lib.jar!/config.yml`. */
      readonly source: SourceText;
      /** The containers passed on the way to it, outermost first: `["gzip", "tar", "zip"]`. */
      readonly via: readonly string[];
      /**
       * Whether the container is itself text in which a person would look this up (the JSON of a notebook): a finding is then
       * better placed there.
       */
      readonly inPlainSight: boolean;
    }
  | { readonly kind: "gap"; readonly gap: ScanGap };

/** Opens the containers of one file; its limits count over everything opened in the session. */
export type ExpandSession = {
  /**
   * Gives `null` at once, and at no cost worth measuring, for content that is no container; else everything inside, containers in
   * containers included. `level` is the number of containers already passed. Never throws for what the bytes are: what
   * cannot be read within the limits of size, ratio, depth, number and time is a gap.
   */
  readonly expand: (source: SourceText, level: number) => AsyncIterable<Expanded> | null;
};

/** Knows containers: archives, compressed files, documents, notebooks, databases. */
export type ContentExpander = { readonly session: () => ExpandSession };
