/** One secret under two keys of the same installation. */
export type Renamed = { readonly former: string; readonly current: string };

/** What is stored follows a secret from the fingerprint that a former key made to that of the current one. */
export type FingerprintNames = {
  /** Renames everything that is stored under the former ones, all or nothing. Safe to repeat. Gives how many there was something of. */
  readonly rename: (installationId: number, renamed: readonly Renamed[]) => Promise<number>;
  /** The same fingerprints, each as it is called now. */
  readonly currentOf: (installationId: number, fingerprints: readonly string[]) => Promise<readonly string[]>;
};
