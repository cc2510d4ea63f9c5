import type { RepoRef } from "../../core/change/change.ts";
import type { TextPlace } from "../../core/incident/occurrence.ts";
import type { TextRef } from "../../core/text/text-ref.ts";

/** A part of a text, as it reads now. It may hold a credential: never stored or logged. */
export type TextPart = {
  readonly place: TextPlace;
  readonly text: string;
  /** Of a text that is a file: its path, which has a say in what is a credential. */
  readonly path?: string;
};

export type TextReading =
  | { readonly kind: "read"; readonly parts: readonly TextPart[] }
  /** Deleted, or moved to another repository. */
  | { readonly kind: "gone" }
  /** There, but not read; `detail` is for people. */
  | { readonly kind: "unread"; readonly detail: string };

/** What people write on GitHub beside the code. */
export type Texts = {
  /** Reads a text as it is now. */
  readonly read: (repo: RepoRef, ref: TextRef) => Promise<TextReading>;
  /**
   * Puts another text in place of a part, as it is then: what was edited in between is overwritten. `refused`: the app may not, or
   * there is no way to; `reason` is for people.
   */
  readonly replace: (
    repo: RepoRef,
    place: TextPlace,
    text: string,
  ) => Promise<
    { readonly kind: "replaced" } | { readonly kind: "gone" } | { readonly kind: "refused"; readonly reason: string }
  >;
  /** The login under which the app writes. */
  readonly ownLogin: () => Promise<string>;
};

/**
 * A text was written or edited: it is read again by its ids and looked through for credentials. `by`: the login of whoever wrote or
 * edited it.
 */
export type ScanText = {
  readonly name: "scan-text";
  readonly data: { readonly repo: RepoRef; readonly text: TextRef; readonly by: string };
};

/** Puts masks in place of the credentials in a text. `fingerprints`: of those that were found in it; their incidents are stored. */
export type RedactText = {
  readonly name: "redact-text";
  readonly data: { readonly repo: RepoRef; readonly text: TextRef; readonly fingerprints: readonly string[] };
};
