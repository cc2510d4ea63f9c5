/** Something that was done to repositories by git, or a sign-in that failed, as an audit log tells it. */
export type GitAccess = {
  /** Names the entry in the log. */
  readonly id: string;
  readonly at: string;
  readonly kind: "read" | "write" | "failure";
  /** Null: the log names nobody. */
  readonly actor: string | null;
  readonly credential: AccessCredential;
  /** ISO 3166-1, such as DE; null: the log does not say. */
  readonly country: string | null;
  /** `owner/name` in lower case; null: it is about none. */
  readonly repository: string | null;
  /** The program by its own word, such as `git/2.47.1`; null: it is not said, or said in other words. */
  readonly program: string | null;
};

/** What somebody showed to be let in. */
export type AccessCredential = {
  /** Names it, and nothing else: what GitHub tells of it is kept by nobody. */
  readonly id: string;
  /** In GitHub's words, such as `Personal access token (classic)`; `sign-in` where somebody signed in. */
  readonly kind: string;
};

/** Gives a name that is the same for the same text, and does not give it away. */
export type NameOf = (text: string) => string;

/** Tokens that are made for an hour or a job: each is new, and what is known is what their holder does with them. */
const shortLived = /server-to-server|user-to-server/i;

/** A credential is known by the hash that GitHub has of it; where there is none, or a new one every hour, by who holds it. */
export function credentialOf(
  shown: { readonly hashedToken: string | null; readonly kind: string | null; readonly actor: string | null },
  nameOf: NameOf,
): AccessCredential {
  const kind = shown.kind ?? "unknown";
  const isKnownByHash = shown.hashedToken !== null && !shortLived.test(kind);
  const text = isKnownByHash ? `token ${shown.hashedToken}` : `${kind} of ${shown.actor ?? "nobody named"}`;
  return { id: nameOf(text), kind };
}

const named = /^[A-Za-z][A-Za-z-]{0,30}\/\d[\d.]{0,15}/;

/** Who asks says what it is: no more of it is kept than the name and number of a program. */
export const programOf = (userAgent: string): string | null => named.exec(userAgent)?.[0] ?? null;
