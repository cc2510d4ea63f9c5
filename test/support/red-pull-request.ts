import type { LocalRepository } from "../github/local-repository.ts";
import type { WorkTree } from "../github/work-tree.ts";
import type { Visibility } from "../github/state.ts";
import { startRepository } from "./scenario.ts";
import type { Scene } from "./scene.ts";
import { until, verdictOn } from "./watch.ts";

/** A pull request whose check is red. */
export type RedPullRequest = {
  readonly repository: LocalRepository;
  readonly tree: WorkTree;
  readonly head: string;
  readonly number: number;
};

export const lineWith = (token: string): string => `const github = connect("${token}");\n`;

/**
 * A pull request by `developer`, who may write, that holds these files, was judged and has its incident: a secret that is dismissed
 * sooner never gets one. `mona` maintains.
 */
export async function startRedPullRequest(
  scene: Scene,
  files: readonly (readonly [string, string])[],
  visibility: Visibility = "private",
): Promise<RedPullRequest> {
  const { repository, tree } = await startRepository(scene, visibility);
  repository.setRole("mona", "maintain");
  await tree.git("switch", "--quiet", "--create", "topic");
  const head = await tree.commit({ message: "Connect", files: files.map(([path, text]) => [path, text]) });
  await tree.push("topic");
  const { number } = await repository.openPullRequest({ head: "topic", title: "Connect" });
  await judged(scene, head, number);
  const { conclusion } = await verdictOn(repository, head);
  if (conclusion !== "failure") throw new Error(`expected a red check; found ${conclusion}`);
  await until("its incident", () => repository.issues().length > 0);
  return { repository, tree, head, number };
}

/** Waits until both questions about a head, its push and its pull request, were answered so many times. */
export const judged = (scene: Scene, head: string, number: number, times = 1): Promise<boolean> =>
  until("the judgements", () =>
    ["push:", `pull-request:${number}:`].every(
      (scope) => scene.keyward.output().split(`"head":"${head}","scope":"${scope}`).length > times,
    ),
  );

/** The newest check of a head, once it is concluded so. */
export const checkThat = (repository: LocalRepository, sha: string, conclusion: string) =>
  until(`${conclusion} on ${sha.slice(0, 7)}`, () => {
    const [run] = repository.checkRuns(sha);
    return run?.conclusion === conclusion && run;
  });

/** Writes a comment and waits for its answer: the reaction, and the words if there are any. */
export async function say(scene: Scene, repository: LocalRepository, number: number, text: string, by: string) {
  const id = repository.comment(number, text, by);
  const comment = () => repository.comments(number).find((one) => one.id === id);
  const { content } = await until(`an answer to ${text}`, () => comment()?.reactions[0]);
  await scene.github.idle();
  const words = (): string | undefined =>
    repository.comments(number).find(({ body }) => body.startsWith(`<!-- keyward:answer:${id} -->`))?.body;
  return { content, words };
}
