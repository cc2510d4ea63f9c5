import * as z from "zod";
import { mayBeSaid } from "../../core/posture/audience.ts";
import { standingOf } from "../../core/posture/evaluate.ts";
import { fromStored } from "../../core/posture/stored-posture.ts";
import type { RepositoryPosture } from "../../flows/ports/posture-store.ts";
import type { GithubApp } from "./app.ts";
import { maybeDone } from "./errors.ts";
import { shortened, sizeOf, visible } from "./markdown.ts";
import { audienceIn, digestOf, fitted, headline, postureText } from "./posture-text.ts";

const checkName = "Keyward posture";
/** https://docs.github.com/en/rest/checks/runs#create-a-check-run: so many can be given with the creation. */
const mostAnnotations = 50;
const attempts = 4;

const runReply = z.object({
  id: z.int(),
  external_id: z.string().nullable(),
  output: z.object({ text: z.string().nullable() }),
});

/**
 * Shows a posture on the commit it was judged at. The run is complete as soon as it is there: of two that were made of the same by a
 * crash or a lost answer the newer counts, and one that says the same is found by its digest and left alone.
 */
export async function showPostureCheck(
  posture: RepositoryPosture,
  { appId, clientFor }: Pick<GithubApp, "appId" | "clientFor">,
): Promise<void> {
  const { repo, head } = posture;
  if (head === null) return;
  const { checks } = clientFor(repo.installationId).rest;
  const place = { owner: repo.owner, repo: repo.name };
  const externalId = `keyward-posture:${repo.repoId}:${head}`;
  const said = contentOf(posture);
  const digest = digestOf(JSON.stringify(said));
  const mark = `<!-- keyward:posture:${digest} -->`;

  const isSaid = async (): Promise<boolean> => {
    const query = { ...place, ref: head, check_name: checkName, app_id: appId, filter: "all", per_page: 100 } as const;
    const { data } = await checks.listForRef(query);
    const ours = data.check_runs.map((run) => runReply.parse(run)).filter((run) => run.external_id === externalId);
    const newest = ours.toSorted((a, b) => b.id - a.id)[0];
    return newest?.output.text?.endsWith(mark) === true;
  };

  for (let doubts = 0; ;) {
    if (await isSaid()) return;
    try {
      await checks.create({
        ...place,
        name: checkName,
        head_sha: head,
        external_id: externalId,
        status: "completed",
        conclusion: said.conclusion,
        output: {
          title: said.title,
          summary: said.summary,
          text: mark,
          annotations: said.annotations,
        },
      });
      return;
    } catch (error) {
      doubts += 1;
      if (!maybeDone(error) || doubts === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * doubts ** 2));
    }
  }
}

function contentOf(posture: RepositoryPosture) {
  const standings = new Set(fromStored(posture.results).map(standingOf));
  return {
    conclusion: standings.has("fail")
      ? ("failure" as const)
      : standings.has("inconclusive") || posture.problems.length > 0
        ? ("action_required" as const)
        : ("success" as const),
    title: headline(posture),
    summary: fitted(postureText(posture)),
    annotations: annotationsOf(posture),
  };
}

const longestPath = 4096;

function annotationsOf(posture: RepositoryPosture) {
  const audience = audienceIn(posture);
  return fromStored(posture.results)
    .flatMap((result) => {
      if (standingOf(result) !== "fail" || result.outcome === "inconclusive") return [];
      if (!mayBeSaid(result.check.id, audience)) return [];
      return (result.lines ?? []).map(({ path, line, problem }) => ({
        path,
        start_line: line,
        end_line: line,
        annotation_level: "warning" as const,
        title: shortened(result.check.title, 200),
        message: visible(shortened(`${problem}. ${result.check.remedy}`, 2000)),
      }));
    })
    .filter(({ path }) => sizeOf(path) <= longestPath)
    .slice(0, mostAnnotations);
}
