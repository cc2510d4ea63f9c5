import { startLocalGithub, type LocalGithub, type LocalGithubOptions } from "../github/local-github.ts";
import { endFaithfully } from "../github/testing/faithful.ts";
import { startKeyward, type KeywardOptions, type RunningKeyward } from "./running-keyward.ts";

/** The two that talk to each other: a local GitHub, and Keyward as in production, installed on the organization `acme`. */
export type Scene = {
  readonly github: LocalGithub;
  /** The Keyward that runs now: another one after `restart`. */
  readonly keyward: RunningKeyward;
  /** What Keyward was started with, for commands beside it. */
  readonly settings: Readonly<Record<string, string>>;
  /** `kill -9`, as often as not in the middle of something; then a new one on the same data and address. */
  readonly restart: () => Promise<void>;
  /** `kill -9`, looks at (or into) its data, and starts a new one on the same data and address. */
  readonly whileKilled: <T>(look: (dataDir: string) => Promise<T>) => Promise<T>;
  /** Stops Keyward the polite way, looks at its data, and starts a new one on the same data and address. */
  readonly whileStopped: <T>(look: (dataDir: string) => Promise<T>) => Promise<T>;
  /** Ends both, and fails if anything was said that GitHub's description does not know. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** Scenarios tell of what happens, not of how long GitHub has to be spared; the demo and the benchmarks keep its pace. */
const quickWrites = { GITHUB_WRITES_PER_MINUTE: "2000" };
/** Nor are they about a machine so busy that GitHub, which waits for ten seconds, loses a webhook. */
const patientGithub = { webhookTimeoutMs: 60_000 };
const inTests = process.env["VITEST"] !== undefined;

/** Starts both and lets GitHub's webhooks go to Keyward. */
export async function startScene(
  env: KeywardOptions["env"] = {},
  { standIn, ...world }: Pick<KeywardOptions, "standIn"> & LocalGithubOptions = {},
): Promise<Scene> {
  const github = await startLocalGithub({ ...(inTests && patientGithub), ...world });
  github.createOrganization("acme");
  const options = {
    app: github.app,
    githubApiUrl: github.apiUrl,
    env: { ...(inTests && quickWrites), ...env },
    ...(standIn && { standIn }),
  };
  const dataDir = await preparedDataDir();
  let keyward = await startKeyward({ ...options, ...(dataDir !== null && { dataDir }) }).catch(
    async (error: unknown) => {
      await github.stop();
      throw error;
    },
  );
  github.setWebhook(keyward.webhookUrl);
  const startAgain = async (): Promise<void> => {
    keyward = await startKeyward({ ...options, dataDir: keyward.dataDir, port: Number(new URL(keyward.url).port) });
  };
  const before = async <T>(look: (dataDir: string) => Promise<T>): Promise<T> => {
    try {
      return await look(keyward.dataDir);
    } finally {
      await startAgain();
    }
  };
  return {
    github,
    settings: {
      APP_ID: String(options.app.id),
      PRIVATE_KEY: options.app.privateKey,
      WEBHOOK_SECRET: options.app.webhookSecret,
      GITHUB_API_URL: options.githubApiUrl,
      ...options.env,
    },
    get keyward() {
      return keyward;
    },
    restart: async () => {
      await keyward.kill();
      await startAgain();
    },
    whileKilled: async (look) => {
      await keyward.kill();
      return before(look);
    },
    whileStopped: async (look) => {
      await keyward.stop({ keepData: true });
      return before(look);
    },
    [Symbol.asyncDispose]: async () => {
      await keyward.stop();
      await endFaithfully(github);
    },
  };
}

/** Making a database takes seconds: the scenes of a test run begin with copies of one. */
async function preparedDataDir(): Promise<string | null> {
  if (process.env["VITEST"] === undefined) return null;
  const { keywardDataDir } = await import("./databases.ts");
  return keywardDataDir();
}
