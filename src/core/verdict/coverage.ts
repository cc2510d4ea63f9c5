/** Why something in range was not read. */
export const unreadReasons = [
  "too-large",
  "lfs-pointer",
  "missing-object",
  "unavailable",
  "corrupt",
  "encrypted",
  "too-deep",
  "timeout",
  "unsupported",
  "internal-error",
] as const;
export type UnreadReason = (typeof unreadReasons)[number];

/** Something in range that was not read. Any of these makes a verdict incomplete. */
export type Unread = {
  readonly path: string;
  readonly commit?: string;
  readonly reason: UnreadReason;
  /** For people: sizes, limits, what to do. Never content. */
  readonly detail: string;
};

/** What was read of a change, and what was not. `bytes` counts each distinct blob once. */
export type Coverage = {
  readonly commits: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly unread: readonly Unread[];
  /** Submodule links met: their content lives in another repository, which has its own verdicts. */
  readonly submodules: number;
  /** Files that the policy leaves out, by the pattern that names them; absent: none. */
  readonly leftOut?: readonly LeftOut[];
};

/** Files that were not looked at because the owner's policy says so. They are no gap, and always shown. */
export type LeftOut = { readonly glob: string; readonly files: number };
