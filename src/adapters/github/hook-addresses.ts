import * as z from "zod";
import type { GithubApp } from "./app.ts";

/** The networks that GitHub sends webhooks from. https://docs.github.com/en/rest/meta/meta#get-github-meta-information */
export async function askHookNetworks({ asApp }: Pick<GithubApp, "asApp">): Promise<readonly string[]> {
  const { data } = await asApp.rest.meta.get();
  return z.object({ hooks: z.array(z.string()).min(1) }).parse(data).hooks;
}
