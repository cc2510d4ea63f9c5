import type { LocalRepository } from "../github/local-repository.ts";
import type { CheckRun, Issue } from "../github/state.ts";

type At = { readonly repository: LocalRepository };

/** All checks of what a head brings in, oldest first. */
export const checksOn = ({ repository }: At, head: string): readonly CheckRun[] =>
  repository.checkRuns(head, "all").filter(({ name }) => name === "Keyward");

/** The one that GitHub shows. */
export const checkOn = ({ repository }: At, head = ""): CheckRun | undefined =>
  repository.checkRuns(head).find(({ name }) => name === "Keyward");

/** The issues of incidents that name a head; only one head brings a credential. */
export const incidentIssuesOf = ({ repository }: At, head = "?"): readonly Issue[] =>
  repository.issues().filter(({ body }) => (body ?? "").includes(head));
