/**
 * Cuts the part of GitHub's own OpenAPI description that the local GitHub in test/github answers for, and writes it to
 * test/github/openapi. The whole description (@octokit/openapi, MIT) is 385 MB unpacked, so it is no dependency: npm packs it into
 * a temporary directory and one file of it is read.
 *
 * To add an operation or an event: name it below, run `node scripts/extract-openapi.ts`, commit the result.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const source = "@octokit/openapi@23.0.2";
const target = join(import.meta.dirname, "../test/github/openapi");

const operations = `
  actions/get-github-actions-default-workflow-permissions-repository
  actions/list-environment-secrets
  actions/list-org-secrets
  actions/list-repo-organization-secrets
  actions/list-repo-secrets
  actions/set-github-actions-default-workflow-permissions-repository
  apps/create-installation-access-token
  apps/get-authenticated
  apps/get-installation
  apps/get-org-installation
  apps/get-repo-installation
  apps/get-webhook-config-for-app
  apps/get-webhook-delivery
  apps/list-installations
  apps/list-repos-accessible-to-installation
  apps/list-webhook-deliveries
  apps/redeliver-webhook-delivery
  apps/revoke-installation-access-token
  checks/create
  checks/create-suite
  checks/get
  checks/get-suite
  checks/list-annotations
  checks/list-for-ref
  checks/list-for-suite
  checks/list-suites-for-ref
  checks/rerequest-run
  checks/rerequest-suite
  checks/update
  codespaces/list-org-secrets
  codespaces/list-repo-secrets
  dependabot/list-org-secrets
  dependabot/list-repo-secrets
  git/create-ref
  git/delete-ref
  git/get-blob
  git/get-commit
  git/get-ref
  git/get-tree
  git/list-matching-refs
  git/update-ref
  issues/add-assignees
  issues/add-labels
  issues/check-user-can-be-assigned
  issues/create
  issues/create-comment
  issues/create-label
  issues/delete-comment
  issues/get
  issues/get-comment
  issues/get-label
  issues/list-comments
  issues/list-for-repo
  issues/list-labels-for-repo
  issues/list-labels-on-issue
  issues/remove-label
  issues/update
  issues/update-comment
  meta/get
  orgs/get
  orgs/list-pat-grants
  orgs/list-webhooks
  pulls/create
  pulls/get
  pulls/get-review
  pulls/get-review-comment
  pulls/list
  pulls/list-commits
  pulls/list-files
  pulls/update
  pulls/update-review
  pulls/update-review-comment
  rate-limit/get
  reactions/create-for-issue-comment
  repos/check-private-vulnerability-reporting
  repos/compare-commits-with-basehead
  repos/create-or-update-file-contents
  repos/create-repo-ruleset
  repos/enable-private-vulnerability-reporting
  repos/get
  repos/get-all-environments
  repos/get-branch
  repos/get-branch-protection
  repos/get-branch-rules
  repos/get-clones
  repos/get-collaborator-permission-level
  repos/get-commit
  repos/get-content
  repos/get-release
  repos/get-repo-ruleset
  repos/get-repo-ruleset-history
  repos/get-repo-rulesets
  repos/list-branches
  repos/list-collaborators
  repos/list-commits
  repos/list-deploy-keys
  repos/list-releases
  repos/list-tags
  repos/list-webhooks
  repos/update
  repos/update-release
  repos/update-repo-ruleset
  security-advisories/create-repository-advisory
  security-advisories/get-repository-advisory
  security-advisories/list-repository-advisories
  security-advisories/update-repository-advisory
  teams/get-membership-for-user-in-org
  users/get-by-username
`
  .trim()
  .split(/\s+/);

/** Operations of GitHub Enterprise Cloud alone, which has a description of its own. */
const enterpriseOperations = ["orgs/get-audit-log"];

const events = `
  check-run-completed
  check-run-created
  check-run-requested-action
  check-run-rerequested
  check-suite-completed
  check-suite-requested
  check-suite-rerequested
  gollum
  installation-created
  installation-deleted
  installation-repositories-added
  installation-repositories-removed
  installation-suspend
  installation-unsuspend
  issue-comment-created
  issue-comment-deleted
  issue-comment-edited
  issues-closed
  issues-edited
  issues-labeled
  issues-opened
  issues-reopened
  issues-unlabeled
  merge-group-checks-requested
  ping
  public
  pull-request-closed
  pull-request-edited
  pull-request-opened
  pull-request-reopened
  pull-request-review-comment-created
  pull-request-review-comment-edited
  pull-request-review-edited
  pull-request-review-submitted
  pull-request-synchronize
  push
  release-created
  release-edited
  release-published
  repository-archived
  repository-created
  repository-deleted
  repository-privatized
  repository-publicized
  repository-renamed
  repository-ruleset-created
  repository-ruleset-deleted
  repository-ruleset-edited
  repository-unarchived
`
  .trim()
  .split(/\s+/);

/** Schemas that no operation names but that error replies have. */
const alwaysKept = ["basic-error", "validation-error", "validation-error-simple"];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function objectAt(value: Json | undefined, where: string): JsonObject {
  if (!isObject(value)) throw new Error(`Expected an object at ${where} of ${source}, found ${JSON.stringify(value)}`);
  return value;
}

function readDescription(name: "api.github.com" | "ghec"): JsonObject {
  const directory = mkdtempSync(join(tmpdir(), "keyward-openapi-"));
  try {
    execFileSync("npm", ["pack", "--silent", source], { cwd: directory, stdio: ["ignore", "ignore", "inherit"] });
    const archive = readdirSync(directory).find((name) => name.endsWith(".tgz"));
    if (archive === undefined) throw new Error(`npm pack ${source} left no archive in ${directory}`);
    const file = `package/generated/${name}.json`;
    execFileSync("tar", ["-xzf", archive, file], { cwd: directory });
    return objectAt(JSON.parse(readFileSync(join(directory, file), "utf8")) as Json, "the top");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const plainKeywords = new Set(
  `type enum required pattern minLength maxLength minimum maximum minItems maxItems uniqueItems minProperties maxProperties`.split(
    " ",
  ),
);
// Not `email`: GitHub passes on whatever a commit says.
const knownFormats = new Set(["date-time", "date", "uri", "uuid", "hostname", "ipv4", "ipv6"]);

/**
 * Turns an OpenAPI 3.0 schema into a JSON Schema that only keeps what can be checked. `oneOf` becomes `anyOf`: in the
 * description its branches often overlap, and a value that fits two of them is fine.
 */
function toJsonSchema(schema: JsonObject, refs: Set<string>): JsonObject {
  const result: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (plainKeywords.has(keyword)) result[keyword] = value;
    else if (keyword === "format" && typeof value === "string" && knownFormats.has(value)) result["format"] = value;
    else if (keyword === "$ref" && typeof value === "string") result["$ref"] = localRef(value, refs);
    else if (keyword === "items" || keyword === "not") result[keyword] = toJsonSchema(objectAt(value, keyword), refs);
    else if (keyword === "properties") result["properties"] = mapValues(value, refs);
    else if (keyword === "additionalProperties") result[keyword] = isObject(value) ? toJsonSchema(value, refs) : value;
    else if (["oneOf", "anyOf", "allOf"].includes(keyword) && Array.isArray(value))
      result[keyword === "oneOf" ? "anyOf" : keyword] = value.map((v) => toJsonSchema(objectAt(v, keyword), refs));
  }
  return schema["nullable"] === true ? orNull(result) : result;
}

const mapValues = (value: Json, refs: Set<string>): JsonObject =>
  Object.fromEntries(
    Object.entries(objectAt(value, "properties")).map(([name, v]) => {
      const schema = objectAt(v, name);
      // Some events write an app out, as apps were years ago, with closed lists of events and permissions.
      const isApp = ["external_url", "permissions", "events"].every((field) => field in propertiesOf(schema));
      return [
        name,
        isApp ? { $ref: localRef("#/components/schemas/nullable-integration", refs) } : toJsonSchema(schema, refs),
      ];
    }),
  );

const propertiesOf = (schema: JsonObject): JsonObject => (isObject(schema["properties"]) ? schema["properties"] : {});

function orNull(schema: JsonObject): JsonObject {
  if (typeof schema["type"] !== "string")
    return Object.keys(schema).length === 0 ? schema : { anyOf: [{ type: "null" }, schema] };
  const result: JsonObject = { ...schema, type: [schema["type"], "null"] };
  if (Array.isArray(schema["enum"])) result["enum"] = [...new Set([...schema["enum"], null])];
  return result;
}

function localRef(ref: string, refs: Set<string>): string {
  const name = /^#\/components\/schemas\/(.+)$/.exec(ref)?.[1];
  if (name === undefined) throw new Error(`Expected a reference to a schema, found ${ref}`);
  refs.add(name);
  return `schemas#/$defs/${name}`;
}

/** Parameters and replies are mostly references into other component families. */
function resolve(description: JsonObject, value: Json | undefined): JsonObject {
  const object = objectAt(value, "a component");
  const ref = object["$ref"];
  if (typeof ref !== "string") return object;
  const found = ref
    .slice(2)
    .split("/")
    .reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), description);
  return objectAt(found, ref);
}

function jsonContent(value: JsonObject, refs: Set<string>): JsonObject | null {
  const content = value["content"];
  const json = isObject(content) ? content["application/json"] : undefined;
  const schema = isObject(json) ? json["schema"] : undefined;
  return isObject(schema) ? toJsonSchema(schema, refs) : null;
}

function operationOf(description: JsonObject, id: string, refs: Set<string>): JsonObject {
  for (const [path, methods] of Object.entries(objectAt(description["paths"], "paths")))
    for (const [method, value] of Object.entries(objectAt(methods, path))) {
      if (!isObject(value) || value["operationId"] !== id) continue;
      const given = Array.isArray(value["parameters"]) ? value["parameters"] : [];
      const parameters = given
        .map((parameter) => resolve(description, parameter))
        .map((p) => ({
          name: p["name"] ?? null,
          in: p["in"] ?? null,
          required: p["required"] === true,
          schema: toJsonSchema(objectAt(p["schema"], "a parameter's schema"), refs),
        }));
      const replies = Object.entries(objectAt(value["responses"], "responses"));
      return {
        method: method.toUpperCase(),
        path,
        parameters,
        body: isObject(value["requestBody"]) ? jsonContent(resolve(description, value["requestBody"]), refs) : null,
        replies: Object.fromEntries(replies.map(([code, r]) => [code, jsonContent(resolve(description, r), refs)])),
      };
    }
  throw new Error(`${source} has no operation ${id}: look up its id in GitHub's REST documentation`);
}

/** Keeps every schema that is referred to, also by another kept one. */
function closure(description: JsonObject, refs: Set<string>): JsonObject {
  const components = objectAt(objectAt(description["components"], "components")["schemas"], "schemas");
  const kept: JsonObject = {};
  // A Set's iteration sees what is added on the way.
  for (const name of refs) kept[name] = toJsonSchema(objectAt(components[name], name), refs);
  return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One line an entry of `value`'s only object, so that two changes of the file can be merged. */
function write(name: string, { $id, ...rest }: JsonObject): void {
  const head = {
    source,
    license: "MIT, GitHub, Inc. and the Octokit contributors",
    ...($id === undefined ? {} : { $id }),
  };
  const [[key, entries] = ["", {}]] = Object.entries(rest);
  const lines = Object.entries(objectAt(entries, key)).map(
    ([id, entry]) => `${JSON.stringify(id)}: ${JSON.stringify(entry)}`,
  );
  const text = `${JSON.stringify(head).slice(0, -1)}, ${JSON.stringify(key)}: {\n${lines.join(",\n")}\n}}\n`;
  writeFileSync(join(target, name), text);
  console.log(`${name}: ${Math.round(text.length / 1024)} KB`);
}

/** The description with the schemas that only the other one has. */
function withSchemasOf(description: JsonObject, other: JsonObject): JsonObject {
  const schemasIn = (one: JsonObject): JsonObject =>
    objectAt(objectAt(one["components"], "components")["schemas"], "schemas");
  return { components: { schemas: { ...schemasIn(other), ...schemasIn(description) } } };
}

/** Where the description is wrong about what GitHub really sends. */
function correct(description: JsonObject): JsonObject {
  const at = (...keys: string[]): JsonObject =>
    keys.reduce((object, key) => objectAt(object[key], keys.join(".")), description);
  // Written out as an account that is a user and an enterprise at once, with the permissions of years ago.
  const list = at("paths", "/app/installations", "get", "responses", "200", "content", "application/json", "schema");
  list["items"] = { $ref: "#/components/schemas/installation" };
  // A permission that GitHub's pages on advisories ask for.
  const permissions = at("components", "schemas", "app-permissions", "properties");
  permissions["repository_advisories"] = { type: "string", enum: ["read", "write"] };
  // Permissions on secrets that GitHub's pages on them ask for.
  for (const name of ["codespaces_secrets", "organization_codespaces_secrets", "organization_dependabot_secrets"])
    permissions[name] = { type: "string", enum: ["read", "write"] };
  // A pull request outlives the fork it came from.
  for (const name of ["pull-request", "pull-request-simple"]) {
    const head = at("components", "schemas", name, "properties", "head", "properties");
    for (const field of ["repo", "user"]) head[field] = { nullable: true, allOf: [head[field] ?? null] };
  }
  return description;
}

/** What GitHub's pages on the audit log say an entry may have, beside what its description names. */
function correctEnterprise(enterprise: JsonObject): JsonObject {
  const schemas = objectAt(objectAt(enterprise["components"], "components")["schemas"], "schemas");
  const entry = objectAt(objectAt(schemas["audit-log-event"], "audit-log-event")["properties"], "audit-log-event");
  for (const name of ["hashed_token", "programmatic_access_type", "user_agent"]) entry[name] = { type: "string" };
  const location = objectAt(objectAt(entry["actor_location"], "actor_location")["properties"], "actor_location");
  location["country_code"] = { type: "string" };
  return enterprise;
}

const description = correct(readDescription("api.github.com"));
const enterprise = correctEnterprise(readDescription("ghec"));
const refs = new Set(alwaysKept);
const hooks = objectAt(description["x-webhooks"], "x-webhooks");
const webhookSchema = (event: string): JsonObject | null => {
  const post = objectAt(objectAt(hooks[event], `webhook ${event}`)["post"], event);
  return jsonContent(objectAt(post["requestBody"], event), refs);
};
write("operations.json", {
  operations: Object.fromEntries([
    ...operations.map((id) => [id, operationOf(description, id, refs)]),
    ...enterpriseOperations.map((id) => [id, operationOf(enterprise, id, refs)]),
  ]),
});
write("webhooks.json", { webhooks: Object.fromEntries(events.map((event) => [event, webhookSchema(event)])) });
write("schemas.json", { $id: "schemas", $defs: closure(withSchemasOf(description, enterprise), refs) });
