/** What is to be said about a file of configuration that does not count as it stands, and what holds in its stead. */
export type ConfigNotice = {
  /** As people find it: `owner/name/.github/keyward.yml`, with the branch where it is not the default one. */
  readonly file: string;
  /** Null where it is not a line that is wrong. */
  readonly line: number | null;
  /** What was expected and what was found. */
  readonly message: string;
  /** The last version of the file that was understood, nothing of it, or the organization's word. */
  readonly instead: "last-good" | "defaults" | "organization";
};

/** A mistake in a file of configuration as a change has it. It decides nothing: the base's file is what counts. */
export type ConfigFault = { readonly path: string; readonly line: number; readonly message: string };

/** What a check says about configuration. */
export type ConfigReport = { readonly notices: readonly ConfigNotice[]; readonly faults: readonly ConfigFault[] };

/** One line for people. */
export function describeNotice({ file, line, message, instead }: ConfigNotice): string {
  return `${file}${line === null ? "" : `:${line}`}: ${message}; ${holding[instead]}`;
}

const holding: Readonly<Record<ConfigNotice["instead"], string>> = {
  "last-good": "what was understood last holds",
  defaults: "nothing of it holds",
  organization: "what the organization says holds",
};
