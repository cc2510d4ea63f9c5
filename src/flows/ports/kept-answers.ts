/** An answer of GitHub that is kept, so that it need not be given again while it stays the same. */
export type KeptAnswer = {
  readonly status: number;
  readonly body: Uint8Array;
  /** Where the next page is, as GitHub says it. */
  readonly link: string | null;
  /** As GitHub gave it, for the token of then. */
  readonly etag: string;
  /** When it was asked for. */
  readonly keptAt: string;
};

/** Answers by installation and address (path and query). Bodies are unreadable at rest. */
export type KeptAnswers = {
  /** Notes that it was asked for. */
  readonly of: (installationId: number, address: string) => Promise<KeptAnswer | null>;
  /** Does not keep a refusal that was asked for before something was forgotten that it belongs to: it may have been true until then. */
  readonly keep: (installationId: number, address: string, answer: KeptAnswer) => Promise<void>;
  /** Forgets what was answered below a path. */
  readonly forget: (installationId: number, path: string) => Promise<void>;
  /** Forgets what nobody has asked for since then. */
  readonly dropUnused: (since: string) => Promise<void>;
};
