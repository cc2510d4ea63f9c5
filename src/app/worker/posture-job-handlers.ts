import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import { lookAtRepository, type LookAtRepositoryPorts } from "../../flows/look-at-repository.ts";
import { planPosture, tickPosture, type PlanPosturePorts } from "../../flows/plan-postures.ts";
import type { PlanPosture, PostureJob, TickPosture } from "../../flows/ports/posture-jobs.ts";
import { publishPosture, type PublishPosturePorts } from "../../flows/publish-posture.ts";

export type PosturePorts = LookAtRepositoryPorts & PlanPosturePorts & PublishPosturePorts;

type AboutPostures = PostureJob | PlanPosture | TickPosture;

type Work = (job: AboutPostures["name"], work: () => Promise<void>) => Promise<void>;

/** Which flow does which job about postures. `unlessGone` ends a job whose repository is gone. */
export function postureJobHandlers(ports: PosturePorts, unlessGone: Work): JobHandlers<AboutPostures> {
  return {
    "plan-posture": ({ repo }) => planPosture(repo, ports),
    "tick-posture": () => tickPosture(ports),
    "look-at-repository": ({ repo }) => unlessGone("look-at-repository", () => lookAtRepository(repo, ports)),
    "publish-posture": (data) => unlessGone("publish-posture", () => publishPosture(data, ports)),
  };
}
