import type { GithubApp } from "../adapters/github/app.ts";
import { createTexts } from "../adapters/github/texts.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import type { RedactsTexts, Texts } from "../flows/ports/texts.ts";

type Parts = { readonly github: GithubApp; readonly configOf: KeywardConfigOf };

/** What reads the texts beside the code, and masks what is in them. */
export function composeTexts({ github, configOf }: Parts): {
  readonly texts: Texts;
  readonly redactsTexts: RedactsTexts;
} {
  return { texts: createTexts(github), redactsTexts: async (repo) => (await configOf(repo)).redact };
}
