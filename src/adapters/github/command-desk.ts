import * as z from "zod";
import { roles, type Role } from "../../core/incident/rights.ts";
import type { CommandDesk, CommandRef } from "../../flows/ports/incident-commands.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus, maybeDone } from "./errors.ts";
import { incidentMarkedIn } from "./issue-body.ts";
import { createTurns } from "./turns.ts";

const pageSize = 100;
const attempts = 3;
/** A comment may be 65,536 characters long. */
const mostText = 65_000;

const commentReply = z.object({
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
  created_at: z.string(),
});

const roleNames: Readonly<Record<string, Role>> = Object.fromEntries(roles.map((role) => [role, role]));

type IssuePlace = Pick<CommandRef, "repo" | "issueNumber">;
type Words = Parameters<CommandDesk["say"]>[1];

/** Begins everything that is said and names what it answers: a comment by its id, or whatever else was asked. */
const answerMarker = (key: string): string => `<!-- keyward:answer:${key} -->`;

/** Comments with commands on GitHub, and the answers to them. */
export function createCommandDesk(app: Pick<GithubApp, "clientFor" | "slug">): CommandDesk {
  const inTurn = createTurns();
  const ownLogin = async (): Promise<string> => `${await app.slug()}[bot]`;
  const at = ({ repo }: Pick<CommandRef, "repo">) => ({
    rest: app.clientFor(repo.installationId).rest,
    place: { owner: repo.owner, repo: repo.name },
  });

  const ownAnswers = async (ref: IssuePlace, since: string): Promise<string[]> => {
    const { rest, place } = at(ref);
    const own: string[] = [];
    for (let page = 1, more = true; more; page += 1) {
      const options = { ...place, issue_number: ref.issueNumber, since, per_page: pageSize, page };
      const { data } = await rest.issues.listComments(options);
      const login = await ownLogin();
      const comments = data.map((one) => commentReply.parse(one)).filter(({ user }) => user?.login === login);
      own.push(...comments.map(({ body }) => body ?? ""));
      more = data.length === pageSize;
    }
    return own;
  };

  const say = async (ref: IssuePlace, { key, since, text }: Words): Promise<void> => {
    const { rest, place } = at(ref);
    const marker = answerMarker(key);
    const isSaid = async (): Promise<boolean> => (await ownAnswers(ref, since)).some((body) => body.startsWith(marker));
    for (let doubts = 0; !(await isSaid());) {
      try {
        const body = `${marker}\n${text.slice(0, mostText)}`;
        await rest.issues.createComment({ ...place, issue_number: ref.issueNumber, body });
        return;
      } catch (error) {
        doubts += 1;
        if (!maybeDone(error) || doubts === attempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200 * doubts ** 2));
      }
    }
  };

  return {
    ownLogin,
    say: (ref, words) => inTurn(words.key, () => say(ref, words)),
    comment: async (ref) => {
      const { rest, place } = at(ref);
      try {
        const { body, user } = commentReply.parse(
          (await rest.issues.getComment({ ...place, comment_id: ref.commentId })).data,
        );
        const login = user?.login ?? "";
        return { text: body ?? "", login, ours: login === (await ownLogin()) };
      } catch (error) {
        if (hasStatus(error, 404, 410)) return null;
        throw error;
      }
    },
    incidentIn: async (ref) => {
      const { rest, place } = at(ref);
      try {
        const { data } = await rest.issues.get({ ...place, issue_number: ref.issueNumber });
        const { body, user } = commentReply.parse(data);
        return user?.login === (await ownLogin()) ? incidentMarkedIn(body ?? "") : null;
      } catch (error) {
        if (hasStatus(error, 404, 410)) return null;
        throw error;
      }
    },
    roleOf: async (repo, login) => {
      const { rest, place } = at({ repo });
      try {
        const { data } = await rest.repos.getCollaboratorPermissionLevel({ ...place, username: login });
        const { role_name, permission } = z.object({ role_name: z.string(), permission: z.string() }).parse(data);
        // A role that the organization made is as strong as the one it is made from.
        return roleNames[role_name] ?? roleNames[permission] ?? "none";
      } catch (error) {
        if (hasStatus(error, 404)) return "none";
        throw error;
      }
    },
    isInTeam: async (repo, team, login) => {
      const [org = "", slug = ""] = team.split("/");
      try {
        const { data } = await at({ repo }).rest.teams.getMembershipForUserInOrg({
          org,
          team_slug: slug,
          username: login,
        });
        return z.object({ state: z.string() }).parse(data).state === "active";
      } catch (error) {
        if (hasStatus(error, 403, 404)) return false;
        throw error;
      }
    },
    answer: (ref, { accepted, text }) =>
      inTurn(String(ref.commentId), async () => {
        const { rest, place } = at(ref);
        const content = accepted ? "+1" : "confused";
        try {
          // The same reaction again is the one that is there.
          const request = { retries: 2 };
          await rest.reactions.createForIssueComment({ ...place, comment_id: ref.commentId, content, request });
          if (text === null) return;
          const asked = await rest.issues.getComment({ ...place, comment_id: ref.commentId });
          const since = commentReply.parse(asked.data).created_at;
          await say(ref, { key: String(ref.commentId), since, text });
        } catch (error) {
          // Whoever asked has deleted the comment, or the issue.
          if (!hasStatus(error, 404, 410)) throw error;
        }
      }),
  };
}
