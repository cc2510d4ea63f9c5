import { objectIn, stringIn } from "../json.ts";
import { Refusal, type Reply } from "../refusal.ts";
import { fullRepositoryShape } from "../shapes/repositories.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

/** Of all that can be changed so, what protects a repository. */
function updateRepository({ world, repository, body }: RepositoryCall): Reply {
  const features = objectIn(body, "security_and_analysis");
  const isOn = (name: string, before: boolean): boolean => {
    const status = stringIn(objectIn(features, name), "status");
    return status === undefined ? before : status === "enabled";
  };
  const { secretScanning, pushProtection } = repository.settings;
  repository.settings = {
    ...repository.settings,
    secretScanning: isOn("secret_scanning", secretScanning),
    pushProtection: isOn("secret_scanning_push_protection", pushProtection),
  };
  return ok(fullRepositoryShape(world, repository));
}

function setWorkflowDefaults({ repository, body }: RepositoryCall): Reply {
  const { workflowToken, workflowsApprove } = repository.settings;
  const token = stringIn(body, "default_workflow_permissions");
  const approve = body["can_approve_pull_request_reviews"];
  repository.settings = {
    ...repository.settings,
    workflowToken: token === "read" || token === "write" ? token : workflowToken,
    workflowsApprove: typeof approve === "boolean" ? approve : workflowsApprove,
  };
  return { status: 204 };
}

export const settingRoutes: Routes = {
  "repos/update": inRepository("administration", "write", updateRepository),
  "actions/set-github-actions-default-workflow-permissions-repository": inRepository(
    "administration",
    "write",
    setWorkflowDefaults,
  ),
  "repos/enable-private-vulnerability-reporting": inRepository("administration", "write", ({ repository }) => {
    if (repository.visibility !== "public") throw new Refusal(422, "Only public repositories have it");
    repository.settings = { ...repository.settings, privateReporting: true };
    return { status: 204 };
  }),
};
