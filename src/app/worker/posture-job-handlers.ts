import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import { listInstallations, listRepositories, type ListRepositoriesPorts } from "../../flows/list-repositories.ts";
import { lookAtOrganization, type LookAtOrganizationPorts } from "../../flows/look-at-organization.ts";
import { lookAtRepository, type LookAtRepositoryPorts } from "../../flows/look-at-repository.ts";
import { planAllPostures, planPosture, tickPosture, type PlanPosturePorts } from "../../flows/plan-postures.ts";
import type {
  ListInstallations,
  PlanAllPostures,
  PlanPosture,
  PostureJob,
  TickPosture,
} from "../../flows/ports/posture-jobs.ts";
import { publishPosture, publishSummary, type PublishPosturePorts } from "../../flows/publish-posture.ts";

export type PosturePorts = LookAtRepositoryPorts &
  LookAtOrganizationPorts &
  ListRepositoriesPorts &
  PlanPosturePorts &
  PublishPosturePorts;

type AboutPostures = PostureJob | PlanPosture | PlanAllPostures | TickPosture | ListInstallations;

type Work = (job: AboutPostures["name"], work: () => Promise<void>) => Promise<void>;

/** Which flow does which job about postures. `unlessGone` ends a job whose repository is gone. */
export function postureJobHandlers(ports: PosturePorts, unlessGone: Work): JobHandlers<AboutPostures> {
  return {
    "plan-posture": ({ repo }) => planPosture(repo, ports),
    "plan-all-postures": (data) => planAllPostures(data, ports),
    "tick-posture": () => tickPosture(ports),
    "look-at-repository": ({ repo }) => unlessGone("look-at-repository", () => lookAtRepository(repo, ports)),
    "list-installations": () => listInstallations(ports),
    "list-repositories": (data) => unlessGone("list-repositories", () => listRepositories(data, ports)),
    "look-at-organization": (data) => unlessGone("look-at-organization", () => lookAtOrganization(data, ports)),
    "publish-summary": (data) => unlessGone("publish-summary", () => publishSummary(data, ports)),
    "publish-posture": (data) => unlessGone("publish-posture", () => publishPosture(data, ports)),
  };
}
