import { availableParallelism } from "node:os";
import * as z from "zod";
import { addressesOf } from "./http/addresses.ts";
import type { AnomalyTerms } from "../core/anomaly/judge.ts";
import { anomalySetting } from "./anomaly-setting.ts";
import { keepSetting, type KeepDays } from "./keep-setting.ts";
import { masterKeySetting, type MasterKeyRing } from "./master-key-setting.ts";

/** Where the server gets its database: PostgreSQL by URL, or an embedded one in the data directory. */
export type Settings = {
  readonly appId: number;
  /** PEM, or where a key is that signs without being handed out: `vault-transit:…`, `aws-kms:…`. */
  readonly privateKey: string;
  /** The current secret first; more than one while it is being rotated. */
  readonly webhookSecrets: readonly WebhookSecret[];
  /** Where GitHub's REST API is: `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. */
  readonly githubApiUrl: string;
  /** What one installation may write to GitHub in a minute. */
  readonly githubWritesPerMinute: number;
  readonly databaseUrl: string | null;
  /** Absolute path of the directory for the embedded database, cached repositories and the generated master key. */
  readonly dataDir: string;
  /** From which the fingerprint and sealing keys are derived; null: one is made once and kept in the data directory. */
  readonly masterKeys: MasterKeyRing | null;
  /** The path of the file that sets up rotation hooks; null: there are none. */
  readonly hooksFile: string | null;
  /** The path of the file that sets up what is told what happens; null: nobody is. */
  readonly sinksFile: string | null;
  /** How long a repository is left alone after something happened to it before its posture is looked at. */
  readonly postureSettleSeconds: number;
  /** How many threads scan, and what one content may take there. */
  readonly scanning: {
    readonly threads: number;
    readonly limits: { readonly millis: number; readonly megabytes: number };
  };
  /** Who comes in. */
  readonly door: {
    /** Addresses and networks of proxies whose word on the sender is believed. */
    readonly trustedProxies: readonly string[];
    /** From where webhooks are taken: anywhere, from where GitHub says they come, or from these networks. */
    readonly hookAddresses: "any" | "github" | readonly string[];
    /** What one address may send. */
    readonly requestsPerMinute: number;
  };
  /** From when on something is out of the ordinary. */
  readonly anomalies: AnomalyTerms;
  readonly keep: KeepDays;
  /** What cached repositories may take on disk. */
  readonly cacheGigabytes: number;
  readonly host: string;
  readonly port: number;
  /** Where `/metrics` is served; null: nowhere. */
  readonly metricsPort: number | null;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
};

/** Something wrong with a setting: `name` is the environment variable; `problem` says what was expected and what to do. */
export type SettingProblem = { readonly name: string; readonly problem: string };

/** Where state is kept, and under which key. */
export type StoreSettings = Pick<Settings, "databaseUrl" | "dataDir" | "masterKeys">;

/** A secret that counts until then (ISO 8601), or without end. */
export type WebhookSecret = { readonly secret: string; readonly until: string | null };

export type Environment = Readonly<Record<string, string | undefined>>;
/** Gives a file's text, or null if it cannot be read. */
type ReadFile = (path: string) => string | null;

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Separated by commas; an old one may have `;until=2026-12-01` after it. */
const webhookSecrets = z.string().transform((text, context): readonly WebhookSecret[] => {
  const secrets = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const [secret = "", until] = part.split(/;until=/);
      return { secret: secret.trim(), until: until === undefined ? null : new Date(until) };
    });
  const isGood = secrets.every(({ secret, until }) => secret.length >= 16 && !Number.isNaN(until?.getTime() ?? 0));
  if (secrets.length > 0 && isGood)
    return secrets.map(({ secret, until }) => ({ secret, until: until?.toISOString() ?? null }));
  context.addIssue({
    code: "custom",
    message: "at least 16 characters each, and a date such as 2026-12-01 after ;until=",
  });
  return z.NEVER;
});

/** Addresses and networks, separated by commas. */
const networks = z.string().transform((text, context): readonly string[] => {
  const all = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  try {
    addressesOf(all);
    return all;
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : "addresses and networks" });
    return z.NEVER;
  }
});

const schema = z.object({
  APP_ID: whole(1, Number.MAX_SAFE_INTEGER),
  PRIVATE_KEY: z
    .string()
    .regex(
      /-----BEGIN (RSA )?PRIVATE KEY-----|^vault-transit:[^/\s]+\/[^/\s]+$|^aws-kms:\S+$/,
      "a PEM private key, beginning with a BEGIN line; or vault-transit:MOUNT/KEY or aws-kms:KEY",
    ),
  WEBHOOK_SECRET: webhookSecrets,
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }).default("https://api.github.com"),
  GITHUB_WRITES_PER_MINUTE: whole(1, 10_000).default(80),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  KEYWARD_DATA_DIR: z.string().default(".keyward"),
  KEYWARD_MASTER_KEY: masterKeySetting.optional(),
  KEYWARD_ROTATION_HOOKS: z.string().optional(),
  KEYWARD_SINKS: z.string().optional(),
  KEYWARD_POSTURE_SETTLE_SECONDS: whole(1, 3600).default(60),
  KEYWARD_TRUSTED_PROXIES: networks.default([]),
  KEYWARD_HOOK_ADDRESSES: z.union([z.literal("any"), z.literal("github"), networks]).default("any"),
  KEYWARD_REQUESTS_PER_MINUTE: whole(10, 1_000_000).default(6000),
  KEYWARD_ANOMALIES: anomalySetting,
  KEYWARD_KEEP_DAYS: keepSetting,
  KEYWARD_CACHE_GIGABYTES: whole(1, 100_000).default(15),
  KEYWARD_SCAN_THREADS: whole(1, 64).optional(),
  KEYWARD_SCAN_SECONDS: whole(1, 3600).default(120),
  KEYWARD_SCAN_MEGABYTES: whole(256, 65_536).default(768),
  HOST: z.string().default("0.0.0.0"),
  PORT: whole(0, 65_535).default(3000),
  KEYWARD_METRICS_PORT: whole(0, 65_535).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

/** What each setting is, and where to get it; shown with every problem and by `keyward serve --help`. */
export const settingHelp: Readonly<Record<keyof typeof schema.shape, string>> = {
  APP_ID: "the App ID, on the General page of your GitHub App's settings",
  PRIVATE_KEY:
    'the private key made under "Private keys" there: the PEM text, or PRIVATE_KEY_FILE with its path; or vault-transit:MOUNT/KEY or aws-kms:KEY, which sign with it',
  WEBHOOK_SECRET:
    "the webhook secret set there; make one with `openssl rand -hex 32`; several, separated by commas, while it is rotated, an old one with ;until=2026-12-01 after it",
  GITHUB_API_URL: "https://api.github.com, or https://HOST/api/v3 of a GitHub Enterprise Server",
  GITHUB_WRITES_PER_MINUTE:
    "what Keyward may write for one installation (80, as github.com allows; what it reads goes in proportion); more only where a GitHub Enterprise Server does",
  DATABASE_URL: "postgres://… to use PostgreSQL; without it an embedded database in the data directory",
  KEYWARD_DATA_DIR: "where the embedded database and the cached repositories are kept (.keyward)",
  KEYWARD_MASTER_KEY:
    "32 random bytes in base64 (`openssl rand -base64 32`); without it one is made and kept in the data directory, which needs DATABASE_URL unset; NUMBER:KEY,… of the new one and the old ones while it is rotated",
  KEYWARD_ROTATION_HOOKS:
    "the path of a TOML file that sets up hooks by which managers of secrets are asked to rotate one",
  KEYWARD_SINKS: "the path of a TOML file that sets up what is told what happens: Splunk, Datadog, Slack, webhooks",
  KEYWARD_POSTURE_SETTLE_SECONDS:
    "seconds from the first change of a repository's settings to the look at its posture: what changes meanwhile is looked at together (60)",
  KEYWARD_TRUSTED_PROXIES:
    "addresses and networks (10.0.0.0/8), separated by commas, of the proxies that webhooks come through: their X-Forwarded-For and X-Forwarded-Proto are believed, nobody else's",
  KEYWARD_HOOK_ADDRESSES:
    "from where webhooks are taken: any; github, which asks GitHub for its addresses every hour; or addresses and networks, separated by commas (any)",
  KEYWARD_REQUESTS_PER_MINUTE: "what one address may send; a request that is refused counts twenty times (6000)",
  KEYWARD_ANOMALIES:
    "from when on something is out of the ordinary, such as burst=20, hours=07:00-20:00 Europe/Berlin; docs/anomalies.md has the names and defaults",
  KEYWARD_KEEP_DAYS:
    "how long what is needed no more is kept, such as verdicts=180, memory=30; docs/operations.md has the names and defaults",
  KEYWARD_CACHE_GIGABYTES: "what cached repositories may take on disk (15); those read longest ago are dropped first",
  KEYWARD_SCAN_THREADS: "threads that scan (as many as processors, from 2 to 4)",
  KEYWARD_SCAN_SECONDS: "seconds that scanning one file may take before it counts as not read (120)",
  KEYWARD_SCAN_MEGABYTES: "MiB of memory that a thread may hold before its file counts as not read (768)",
  HOST: "the address to listen on (0.0.0.0)",
  PORT: "the port to listen on (3000); 0 picks a free one",
  KEYWARD_METRICS_PORT: "the port on which Prometheus finds /metrics; without it there is none",
  LOG_LEVEL: "trace, debug, info, warn, error, fatal or silent (info)",
};

/**
 * Settings that may be given as NAME_FILE, the path of a file that holds the value: how containers are handed secrets; or as a
 * reference to a store of secrets.
 */
export const fromFile = ["PRIVATE_KEY", "WEBHOOK_SECRET", "DATABASE_URL", "KEYWARD_MASTER_KEY"] as const;

/** Reads the settings from the environment, reporting every problem at once. Values are never quoted: they may be secrets. */
export function readSettings(
  env: Environment,
  readFile: ReadFile,
):
  | { readonly kind: "settings"; readonly settings: Settings }
  | { readonly kind: "problems"; readonly problems: SettingProblem[] } {
  const { values, problems } = withFiles(env, readFile);
  problems.push(...misspelt(env));
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const named = parsed.error.issues.map((issue) => settingProblem(String(issue.path[0]), issue.message, values));
    problems.push(...named.filter(({ name }) => !problems.some((problem) => problem.name === name)));
  } else if (parsed.data.DATABASE_URL !== undefined && parsed.data.KEYWARD_MASTER_KEY === undefined) {
    problems.push(
      settingProblem("KEYWARD_MASTER_KEY", "needed with DATABASE_URL, as all workers must share it", values),
    );
  }
  if (problems.length > 0 || !parsed.success) return { kind: "problems", problems };
  return { kind: "settings", settings: settingsOf(parsed.data) };
}

/** Reads what it takes to open the database, for commands that need nothing else. */
export function readStoreSettings(
  env: Environment,
  readFile: ReadFile,
):
  | { readonly kind: "settings"; readonly settings: StoreSettings }
  | { readonly kind: "problems"; readonly problems: SettingProblem[] } {
  const { values, problems } = withFiles(env, readFile);
  const parsed = schema
    .pick({ DATABASE_URL: true, KEYWARD_DATA_DIR: true, KEYWARD_MASTER_KEY: true })
    .safeParse(values);
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => settingProblem(String(issue.path[0]), issue.message, values)));
    return { kind: "problems", problems };
  }
  if (parsed.data.DATABASE_URL !== undefined && parsed.data.KEYWARD_MASTER_KEY === undefined) {
    problems.push(settingProblem("KEYWARD_MASTER_KEY", "needed with DATABASE_URL, as all workers share it", values));
  }
  if (problems.length > 0) return { kind: "problems", problems };
  const { DATABASE_URL, KEYWARD_DATA_DIR, KEYWARD_MASTER_KEY } = parsed.data;
  const settings = {
    databaseUrl: DATABASE_URL ?? null,
    dataDir: KEYWARD_DATA_DIR,
    masterKeys: KEYWARD_MASTER_KEY ?? null,
  };
  return { kind: "settings", settings };
}

function settingsOf(env: z.infer<typeof schema>): Settings {
  return {
    appId: env.APP_ID,
    privateKey: env.PRIVATE_KEY,
    webhookSecrets: env.WEBHOOK_SECRET,
    githubApiUrl: env.GITHUB_API_URL.replace(/\/+$/, ""),
    githubWritesPerMinute: env.GITHUB_WRITES_PER_MINUTE,
    databaseUrl: env.DATABASE_URL ?? null,
    dataDir: env.KEYWARD_DATA_DIR,
    masterKeys: env.KEYWARD_MASTER_KEY ?? null,
    hooksFile: env.KEYWARD_ROTATION_HOOKS ?? null,
    sinksFile: env.KEYWARD_SINKS ?? null,
    postureSettleSeconds: env.KEYWARD_POSTURE_SETTLE_SECONDS,
    door: {
      trustedProxies: env.KEYWARD_TRUSTED_PROXIES,
      hookAddresses: env.KEYWARD_HOOK_ADDRESSES,
      requestsPerMinute: env.KEYWARD_REQUESTS_PER_MINUTE,
    },
    anomalies: env.KEYWARD_ANOMALIES,
    keep: env.KEYWARD_KEEP_DAYS,
    cacheGigabytes: env.KEYWARD_CACHE_GIGABYTES,
    scanning: {
      threads: env.KEYWARD_SCAN_THREADS ?? Math.min(4, Math.max(2, availableParallelism())),
      limits: { millis: env.KEYWARD_SCAN_SECONDS * 1000, megabytes: env.KEYWARD_SCAN_MEGABYTES },
    },
    host: env.HOST,
    port: env.PORT,
    metricsPort: env.KEYWARD_METRICS_PORT ?? null,
    logLevel: env.LOG_LEVEL,
  };
}

function withFiles(
  env: Environment,
  readFile: ReadFile,
): { values: Record<string, string>; problems: SettingProblem[] } {
  const values = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== ""),
  );
  const problems: SettingProblem[] = [];
  for (const name of fromFile) {
    const path = values[`${name}_FILE`];
    if (path === undefined) continue;
    const text = readFile(path);
    if (text === null) problems.push({ name: `${name}_FILE`, problem: `the file ${path} cannot be read` });
    else values[name] = text.trim();
  }
  // A PEM given on one line with \n written out, as many secret stores and .env files have it.
  if (values["PRIVATE_KEY"]?.includes("\\n")) values["PRIVATE_KEY"] = values["PRIVATE_KEY"].replaceAll("\\n", "\n");
  return { values, problems };
}

function misspelt(env: Environment): SettingProblem[] {
  const known = new Set([...Object.keys(schema.shape), ...fromFile.map((name) => `${name}_FILE`)]);
  return Object.keys(env)
    .filter((name) => name.startsWith("KEYWARD_") && !known.has(name))
    .map((name) => {
      const ours = [...known].filter((one) => one.startsWith("KEYWARD_")).join(", ");
      return { name, problem: `no such setting; those that begin with KEYWARD_ are ${ours}` };
    });
}

function settingProblem(name: string, expected: string, values: Readonly<Record<string, string>>): SettingProblem {
  const help = Object.entries(settingHelp).find(([key]) => key === name)?.[1] ?? "";
  return { name, problem: `${values[name] === undefined ? "missing" : `not usable (expected: ${expected})`}: ${help}` };
}
