import { ensureLabel, setLabels } from "../actions/issues.ts";
import { isObject, stringIn, type Json } from "../json.ts";
import { invalid, notFound, Refusal, type Reply } from "../refusal.ts";
import { labelShape } from "../shapes/issues.ts";
import type { Label } from "../state.ts";
import { issueByNumber, issuesOrPulls } from "./issue-calls.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

/** Labels are named by text or by object. */
export function labelsIn(call: RepositoryCall, value: Json | undefined): Label[] {
  const names = (Array.isArray(value) ? value : []).map((one: Json) => (isObject(one) ? stringIn(one, "name") : one));
  return names.filter((name) => typeof name === "string").map((name) => ensureLabel(call.world, call.repository, name));
}

function createLabel(call: RepositoryCall): Reply {
  const { world, repository, body } = call;
  const name = stringIn(body, "name") ?? "";
  if (repository.labels.has(name.toLowerCase())) throw invalid("Label", "name", "already_exists", "already exists");
  const label = ensureLabel(world, repository, name, stringIn(body, "color"), stringIn(body, "description") ?? null);
  return ok(labelShape(world, repository, label), 201);
}

const labelsReply = (call: RepositoryCall, labels: readonly Label[]): Reply =>
  paged(call, labels, (label) => labelShape(call.world, call.repository, label));

function addLabels(call: RepositoryCall): Reply {
  const issue = issueByNumber(call);
  const added = labelsIn(call, call.body["labels"]);
  setLabels(call.world, call.repository, issue, [...issue.labels, ...added], call.bot);
  return labelsReply(call, issue.labels);
}

function removeLabel(call: RepositoryCall): Reply {
  const issue = issueByNumber(call);
  const label = issue.labels.find(({ name }) => name.toLowerCase() === call.params["name"]?.toLowerCase());
  if (label === undefined) throw new Refusal(404, "Label does not exist");
  setLabels(
    call.world,
    call.repository,
    issue,
    issue.labels.filter((one) => one !== label),
    call.bot,
  );
  return labelsReply(call, issue.labels);
}

export const labelRoutes: Routes = {
  "issues/create-label": inRepository(issuesOrPulls, "write", createLabel),
  "issues/get-label": inRepository(issuesOrPulls, "read", (call) => {
    const label = call.repository.labels.get(call.params["name"]?.toLowerCase() ?? "");
    if (label === undefined) throw notFound();
    return ok(labelShape(call.world, call.repository, label));
  }),
  "issues/list-labels-for-repo": inRepository(issuesOrPulls, "read", (call) =>
    labelsReply(call, [...call.repository.labels.values()]),
  ),
  "issues/list-labels-on-issue": inRepository(issuesOrPulls, "read", (call) =>
    labelsReply(call, issueByNumber(call).labels),
  ),
  "issues/add-labels": inRepository(issuesOrPulls, "write", addLabels),
  "issues/remove-label": inRepository(issuesOrPulls, "write", removeLabel),
};
