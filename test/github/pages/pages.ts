/** The pages that a person can look at. Every `html_url` of the API leads to one of them. */
import { unescaped } from "../percent-encoding.ts";
import { lookUp } from "../access.ts";
import type { Repository } from "../state.ts";
import { accountByLogin, fullName, type World } from "../world.ts";
import { runBox } from "./checks-view.ts";
import { commitBody, compareBody, fileBody, findFile } from "./code-pages.ts";
import { html, type Html } from "./html.ts";
import { issueBody } from "./issue-page.ts";
import { layout, type Crumb } from "./layout.ts";
import { repositoriesBody, repositoryBody } from "./list-pages.ts";

export type PageReply = { readonly status: number; readonly type: string; readonly body: string | Buffer };

const htmlType = "text/html; charset=utf-8";

/** The page at a URL, or a page that says there is none. */
export async function answerPage(world: World, url: URL): Promise<PageReply> {
  const [owner = "", name = "", kind = "", ...rest] = url.pathname.split("/").slice(1);
  const top = topPage(world, owner, name);
  if (top !== null) return top;
  const found = lookUp(world, owner, name);
  const target = rest.join("/");
  if (found !== undefined && kind === "raw") {
    const file = await findFile(found.repository, target);
    if (file !== null) return { status: 200, type: "text/plain; charset=utf-8", body: file.bytes };
  }
  const body = found === undefined ? null : await repositoryPart(found.repository, kind, target);
  if (found === undefined || body === null)
    return page(
      404,
      "Not found",
      [],
      html`<h1>Not found</h1>
        <p>There is no page ${url.pathname}.</p>`,
    );
  const { repository } = found;
  const crumbs = [
    { text: repository.owner.login, href: `/${repository.owner.login}` },
    { text: repository.name, href: `/${fullName(repository)}` },
  ];
  return page(200, `${[target, kind].filter((part) => part !== "").join(" ")} · ${fullName(repository)}`, crumbs, body);
}

const page = (status: number, title: string, crumbs: readonly Crumb[], body: Html): PageReply => ({
  status,
  type: htmlType,
  body: layout(title, crumbs, body).markup,
});

function topPage(world: World, first: string, second: string): PageReply | null {
  if (first === "") return page(200, "local GitHub", [], repositoriesBody(world));
  if (first === "avatars") return { status: 200, type: "image/svg+xml", body: avatar(Number(second)) };
  if (first === "apps" && second === world.app.slug)
    return page(
      200,
      world.app.name,
      [],
      html`<h1>${world.app.name}</h1>
        <p>A GitHub App, registered here with the id ${world.app.id}.</p>`,
    );
  const account = second === "" ? accountByLogin(world, first) : undefined;
  return account === undefined ? null : page(200, account.login, [], repositoriesBody(world, account.login));
}

const avatar = (id: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="hsl(${(id * 47) % 360} 50% 60%)"/></svg>`;

async function repositoryPart(repository: Repository, kind: string, target: string): Promise<Html | null> {
  const issue = repository.issues.get(Number(target));
  switch (kind) {
    case "":
      return repositoryBody(repository, repository.defaultBranch);
    case "tree":
      return repositoryBody(repository, unescaped(target));
    case "issues":
    case "pull":
      return issue === undefined ? null : issueBody(repository, issue);
    case "commit":
      return commitBody(repository, target);
    case "compare":
      return compareBody(repository, unescaped(target));
    case "blob": {
      const file = await findFile(repository, target);
      return file === null ? null : fileBody(file);
    }
    case "runs": {
      const run = repository.runs.get(Number(target));
      return run === undefined ? null : runBox(repository, run);
    }
    default:
      return null;
  }
}
