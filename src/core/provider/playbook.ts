/** Whether the old and the new credential can be alive side by side. */
export const overlaps = ["possible", "impossible", "unknown"] as const;

/** How a credential is rotated: text of our own, in plain words without Markdown. */
export type Playbook = {
  /** Where and how to make a new one, one step a line. */
  readonly issue: readonly string[];
  /** Where and how to revoke the old one, one step a line. */
  readonly revoke: readonly string[];
  /** What it could reach, one thing a line. */
  readonly reach: readonly string[];
  readonly overlap: (typeof overlaps)[number];
  /** Pages of the provider's documentation. */
  readonly links: readonly { readonly title: string; readonly url: string }[];
};
