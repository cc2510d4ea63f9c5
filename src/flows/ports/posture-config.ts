import type { PostureConfig } from "../../core/posture/posture-config.ts";
import type { PostureSubject } from "./facts.ts";

/**
 * What a repository and its organization want, from the default branches of both, so that a change cannot loosen what judges it.
 * `problems`: files that could not be read or understood. Nothing of such a file counts, its waivers and fixes least of all, and what
 * is asked for where nothing is configured holds instead.
 */
export type PostureConfigOf = (
  subject: PostureSubject & { readonly defaultBranch?: string },
) => Promise<{ readonly config: PostureConfig; readonly problems: readonly string[] }>;
