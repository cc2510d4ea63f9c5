import * as z from "zod";
import { isActive, type Filing } from "../../core/incident/incident.ts";
import type { IncidentView } from "../../flows/ports/issues.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus, maybeDone } from "./errors.ts";
import { incidentMarker, sameBody, toIssueBody, toIssueTitle } from "./issue-body.ts";

const pageSize = 100;
const attempts = 3;

const advisoryReply = z.object({
  ghsa_id: z.string(),
  html_url: z.string(),
  summary: z.string(),
  description: z.string().nullable(),
  state: z.string(),
});
type Advisory = z.infer<typeof advisoryReply>;

type Filed = { readonly kind: "filed"; readonly filing: Filing };

/**
 * Files an incident of a public repository as a draft security advisory, which only its maintainers can read. Found again by its
 * id, or by the marker that its description begins with. Fails with 403 or 404 where the app may not write advisories.
 */
export async function ensureAdvisory(
  view: IncidentView,
  known: Extract<Filing, { kind: "advisory" }> | null,
  app: Pick<GithubApp, "clientFor" | "urls">,
): Promise<Filed> {
  const { incident } = view;
  const { home } = incident;
  const { securityAdvisories } = app.clientFor(home.installationId).rest;
  const repo = { owner: home.owner, repo: home.name };
  // An advisory tells nobody of its edits: there is no button in it.
  const writing = { incident, steps: view.steps, canRevoke: false, audience: "members", urls: app.urls } as const;
  const summary = toIssueTitle(writing);

  const found = async (): Promise<Advisory | null> => {
    const marker = incidentMarker(incident);
    const states = ["draft", "closed"] as const;
    for (const state of states) {
      const options = { ...repo, state, per_page: pageSize, sort: "created", direction: "desc" } as const;
      const { data } = await securityAdvisories.listRepositoryAdvisories(options);
      const ours = data
        .map((one) => advisoryReply.parse(one))
        .find(({ description }) => description?.startsWith(marker));
      if (ours) return ours;
    }
    return null;
  };
  const byId = async (ghsaId: string): Promise<Advisory | null> => {
    try {
      const { data } = await securityAdvisories.getRepositoryAdvisory({ ...repo, ghsa_id: ghsaId });
      return advisoryReply.parse(data);
    } catch (error) {
      if (hasStatus(error, 404)) return null;
      throw error;
    }
  };
  const create = async (): Promise<Advisory> => {
    for (let doubts = 0; ;) {
      try {
        const { data } = await securityAdvisories.createRepositoryAdvisory({
          ...repo,
          summary,
          description: toIssueBody(writing, null),
          severity: incident.severity,
          vulnerabilities: [{ package: { ecosystem: "other", name: home.name } }],
        });
        return advisoryReply.parse(data);
      } catch (error) {
        doubts += 1;
        if (!maybeDone(error) || doubts === attempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200 * doubts ** 2));
        const made = await found();
        if (made) return made;
      }
    }
  };

  const advisory = (known && (await byId(known.ghsaId))) ?? (await found()) ?? (await create());
  const description = toIssueBody(writing, advisory.description);
  const state = isActive(incident) ? "draft" : "closed";
  const changes = {
    ...(advisory.summary !== summary && { summary }),
    ...(!sameBody(advisory.description ?? "", description) && { description }),
    ...(advisory.state !== state && (["draft", "closed"] as readonly string[]).includes(advisory.state) && { state }),
  };
  if (Object.keys(changes).length > 0) {
    const request = { retries: 2 };
    await securityAdvisories.updateRepositoryAdvisory({
      ...repo,
      ghsa_id: advisory.ghsa_id,
      ...changes,
      request,
    } as Parameters<typeof securityAdvisories.updateRepositoryAdvisory>[0]);
  }
  return { kind: "filed", filing: { kind: "advisory", repo: home, ghsaId: advisory.ghsa_id, url: advisory.html_url } };
}
