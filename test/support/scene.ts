import { startLocalGithub, type LocalGithub } from "../github/local-github.ts";
import { startKeyward, type KeywardOptions, type RunningKeyward } from "./running-keyward.ts";

/** The two that talk to each other: a local GitHub, and Keyward as in production, installed on the organization `acme`. */
export type Scene = {
  readonly github: LocalGithub;
  /** The Keyward that runs now: another one after `restart`. */
  readonly keyward: RunningKeyward;
  /** `kill -9`, as often as not in the middle of something; then a new one on the same data and address. */
  readonly restart: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** Starts both and lets GitHub's webhooks go to Keyward. */
export async function startScene(env: KeywardOptions["env"] = {}): Promise<Scene> {
  const github = await startLocalGithub();
  github.createOrganization("acme");
  const options = { app: github.app, githubApiUrl: github.apiUrl, env };
  let keyward = await startKeyward(options).catch(async (error: unknown) => {
    await github.stop();
    throw error;
  });
  github.setWebhook(keyward.webhookUrl);
  return {
    github,
    get keyward() {
      return keyward;
    },
    restart: async () => {
      await keyward.kill();
      keyward = await startKeyward({ ...options, dataDir: keyward.dataDir, port: Number(new URL(keyward.url).port) });
    },
    [Symbol.asyncDispose]: async () => {
      await keyward.stop();
      await github.stop();
    },
  };
}
