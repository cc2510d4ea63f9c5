import type { GithubApp } from "../adapters/github/app.ts";
import { createTexts } from "../adapters/github/texts.ts";
import type { Texts } from "../flows/ports/texts.ts";

/** What reads the texts beside the code. */
export function composeTexts({ github }: { readonly github: GithubApp }): { readonly texts: Texts } {
  return { texts: createTexts(github) };
}
