import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import {
  followRepository,
  forgetInstallation,
  forgetRepository,
  type FollowRepositoryPorts,
} from "../../flows/follow-repository.ts";
import type { RepositoryJob } from "../../flows/ports/repositories.ts";

/** Which flow does which job about repositories as a whole. */
export function repositoryJobHandlers(ports: FollowRepositoryPorts): JobHandlers<RepositoryJob> {
  return {
    "follow-repository": (data) => followRepository(data, ports),
    "forget-repository": (data) => forgetRepository(data, ports),
    "forget-installation": (data) => forgetInstallation(data, ports),
  };
}
