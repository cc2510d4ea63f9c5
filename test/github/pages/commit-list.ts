import type { GitCommit } from "../git/commits.ts";
import { html, type Html } from "./html.ts";

/** Commits as links, in the order given. `name`: `owner/repository`. */
export const commitList = (name: string, commits: readonly GitCommit[]): Html =>
  html`<ul class="plain">
    ${commits.map(
      ({ sha, message, author }) =>
        html`<li>
          <a href="/${name}/commit/${sha}"><code>${sha.slice(0, 7)}</code></a> ${message.split("\n")[0] ?? ""}
          <span class="muted">${author.name}, ${author.date}</span>
        </li>`,
    )}
  </ul>`;
