import type { ChangeUnavailable } from "../../flows/ports/code-reader.ts";
import { GitFailed } from "./git-process.ts";
import { RemoteRefusal } from "./remote-problem.ts";

/** Says why a repository cannot be read, as far as it is part of life; throws everything else again. */
export function unavailable(error: unknown): ChangeUnavailable {
  const kind = error instanceof RemoteRefusal ? error.problem.kind : null;
  if (kind === "not-found") {
    const detail = "The server knows no such repository, or does not show it to this installation.";
    return { kind: "unavailable", reason: "repository-gone", detail };
  }
  if (kind === "denied") {
    const detail =
      "The server refused a newly made token: the installation may be suspended or lack access to the repository, or an IP allow list keeps us out.";
    return { kind: "unavailable", reason: "repository-gone", detail };
  }
  if (error instanceof GitFailed && error.why === "timeout") {
    const detail = "Fetching or listing the change took longer than Keyward waits.";
    return { kind: "unavailable", reason: "timeout", detail };
  }
  throw error;
}
