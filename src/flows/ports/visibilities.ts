import type { VisibilitySpan } from "../../core/incident/exposure.ts";

/** Who could read repositories, over time, as the events about them said. */
export type Visibilities = {
  /** Notes how a repository was at a time. What it was already, and what is older than what is known, changes nothing. */
  readonly note: (repoId: number, visibility: VisibilitySpan["visibility"], at: string) => Promise<void>;
  /** Each change that was seen, the oldest first; the first is how it was when it was first seen. */
  readonly of: (repoId: number) => Promise<readonly VisibilitySpan[]>;
};
