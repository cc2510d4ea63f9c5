import { startWorkTree, type WorkTree } from "../github/work-tree.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { Visibility } from "../github/state.ts";
import type { Scene } from "./scene.ts";
import { verdictOn } from "./watch.ts";

/** A repository of a scenario's own, with one clean commit on its default branch that is judged already. */
export type ScenarioRepository = { readonly repository: LocalRepository; readonly tree: WorkTree };

let names = 0;

/** Makes the repository in the organization `acme`, under a name no other scenario has. */
export async function startRepository(
  { github }: Pick<Scene, "github">,
  visibility: Visibility = "private",
): Promise<ScenarioRepository> {
  names += 1;
  const repository = await github.createRepository({ owner: "acme", name: `shop-${names}`, visibility });
  const tree = await startWorkTree(repository);
  const base = await tree.commit({ message: "Start", files: [["README.md", "# Shop\n"]] });
  await tree.push("main");
  await verdictOn(repository, base);
  return { repository, tree };
}
