/** From where GitHub said last that its webhooks come, kept for a start at which it cannot be asked. */
export type HookNetworks = {
  /** Null: it never said. */
  readonly last: () => Promise<{ readonly networks: readonly string[]; readonly ageSeconds: number } | null>;
  readonly note: (networks: readonly string[]) => Promise<void>;
};
