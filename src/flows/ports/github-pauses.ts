export type GithubPause = { readonly kind: "primary" | "secondary"; readonly seconds: number };

/** How long GitHub asked for quiet, known to all workers. `id`: an installation, or `app`. */
export type GithubPauses = {
  readonly note: (id: string, pause: GithubPause) => Promise<void>;
  /** What is left of it; null: nothing. */
  readonly left: (id: string) => Promise<GithubPause | null>;
};
