import type { PageReply } from "../server.ts";
import type { World } from "../world.ts";

/** The page at a URL. */
export async function answerPage(world: World, url: URL): Promise<PageReply> {
  return {
    status: 404,
    html: `<!doctype html><title>Not found</title><p>${world.url} has no page ${url.pathname.replaceAll("<", "&lt;")}`,
  };
}
