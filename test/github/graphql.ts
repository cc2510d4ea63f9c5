import { buildSchema, graphql, GraphQLError, parse, validate } from "graphql";
import { stringIn, type JsonObject } from "./json.ts";
import type { Reply } from "./refusal.ts";
import type { Actor } from "./routes/route.ts";
import { accountByLogin, type World } from "./world.ts";

/** The part of GitHub's public schema that Keyward asks for, with GitHub's names and types. https://docs.github.com/en/graphql/reference */
const schema = buildSchema(`
  type Query { organization(login: String!): Organization }
  type Organization { login: String! ipAllowListEnabledSetting: IpAllowListEnabledSettingValue! }
  enum IpAllowListEnabledSettingValue { DISABLED ENABLED }
`);

/** Answers a GraphQL request. What the schema does not have is a violation, as an unknown operation of REST is. */
export async function answerGraphql(world: World, actor: Actor, body: JsonObject): Promise<Reply> {
  const source = stringIn(body, "query") ?? "";
  const problems = problemsOf(source);
  for (const message of problems)
    world.violations.push({ kind: "request", subject: "POST /graphql", where: "query", message });
  if (actor.kind !== "installation") return { status: 401, body: { message: "Requires authentication" } };
  const variables = body["variables"];
  const result = await graphql({
    schema,
    source,
    variableValues: typeof variables === "object" && variables !== null ? (variables as Record<string, unknown>) : {},
    rootValue: { organization: ({ login }: { login: string }) => organization(world, actor, login) },
  });
  // GitHub answers 200 even where all of it was refused, and says in `type` why.
  const errors = result.errors?.map((error) => ({
    type: error.originalError instanceof Refused ? error.originalError.type : "INTERNAL",
    path: [...(error.path ?? [])],
    message: error.message,
  }));
  return {
    status: 200,
    body: JSON.parse(JSON.stringify({ data: result.data ?? null, ...(errors ? { errors } : {}) })) as JsonObject,
  };
}

class Refused extends Error {
  readonly type: "FORBIDDEN" | "NOT_FOUND";

  constructor(type: Refused["type"], message: string) {
    super(message);
    this.type = type;
  }
}

function problemsOf(source: string): readonly string[] {
  try {
    return validate(schema, parse(source)).map(({ message }) => message);
  } catch (error) {
    if (error instanceof GraphQLError) return [error.message];
    throw error;
  }
}

function organization(world: World, actor: Extract<Actor, { kind: "installation" }>, login: string): object {
  const account = accountByLogin(world, login);
  if (account?.type !== "Organization")
    throw new Refused("NOT_FOUND", `Could not resolve to an Organization with the login of '${login}'.`);
  const maySee =
    actor.token.installation.account.id === account.id &&
    actor.token.permissions["organization_administration"] !== undefined;
  return {
    login: account.login,
    ipAllowListEnabledSetting: () => {
      if (!maySee) throw new Refused("FORBIDDEN", "Resource not accessible by integration");
      return world.organizations.get(account.id)?.ipAllowList === true ? "ENABLED" : "DISABLED";
    },
  };
}
