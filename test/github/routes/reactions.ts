import { timestamp } from "../clock.ts";
import { stringIn } from "../json.ts";
import { notFound, type Reply } from "../refusal.ts";
import { nodeId, userShape } from "../shapes/accounts.ts";
import type { Comment, Reaction } from "../state.ts";
import { accountByLogin } from "../world.ts";
import { issuesOrPulls } from "./issue-calls.ts";
import { asInstallation, inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

function commentIn({ repository, params }: RepositoryCall): Comment {
  const comments = [...repository.issues.values()].flatMap((issue) => issue.comments);
  const comment = comments.find(({ id }) => id === Number(params["comment_id"]));
  if (comment === undefined) throw notFound();
  return comment;
}

/** 200 where the same account has given the same reaction before. */
function react(call: RepositoryCall): Reply {
  const { world, body, bot } = call;
  const comment = commentIn(call);
  const content = stringIn(body, "content") ?? "";
  const known = comment.reactions.find((one) => one.by === bot && one.content === content);
  const reaction: Reaction = known ?? { id: world.nextId(), content, by: bot, createdAt: timestamp() };
  if (known === undefined) comment.reactions.push(reaction);
  const { id, createdAt } = reaction;
  const shape = { id, node_id: nodeId("REA", id), user: userShape(world, bot), content, created_at: createdAt };
  return ok(shape, known === undefined ? 201 : 200);
}

export const reactionRoutes: Routes = {
  "reactions/create-for-issue-comment": inRepository(issuesOrPulls, "write", react),
  "teams/get-membership-for-user-in-org": asInstallation(({ world, params, token }) => {
    if (token.permissions["members"] === undefined) throw notFound();
    const [org = "", team = "", login = ""] = [params["org"], params["team_slug"], params["username"]];
    const account = accountByLogin(world, login);
    const members = world.teams.get(`${org}/${team}`.toLowerCase());
    if (account === undefined || members === undefined || !members.has(account.id)) throw notFound();
    return ok({
      url: `${world.apiUrl}/orgs/${org}/teams/${team}/memberships/${login}`,
      role: "member",
      state: "active",
    });
  }),
};
