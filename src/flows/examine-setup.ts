import { bad, good, unknown, warning, type Diagnosis } from "../core/doctor/diagnosis.ts";
import {
  judgeApp,
  judgeClock,
  judgeDeliveries,
  judgeGit,
  judgeHook,
  judgeInstallations,
  type Permissions,
} from "../core/doctor/judge-setup.ts";
import type { Examination } from "./ports/examination.ts";
import type { Clock } from "./ports/system.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Looks at everything that an installed Keyward needs, and says what it found. What cannot be asked is not known, never good. */
export async function examineSetup(
  needed: { readonly permissions: Permissions; readonly events: readonly string[] },
  ports: Examination,
  clock: Clock,
): Promise<readonly Diagnosis[]> {
  const parts = [
    look("files", ports.files),
    look("git", async () => [judgeGit(await ports.gitVersion())]),
    look("database", ports.database),
    look("GitHub", () => examineApp(needed, ports)),
    look("webhook", () => examineHook(ports)),
    look("webhook deliveries", async () => {
      const since = new Date(Date.parse(clock()) - dayMs).toISOString();
      return [judgeDeliveries(await ports.attemptsSince(since))];
    }),
  ];
  return (await Promise.all(parts)).flat();
}

async function examineApp(
  needed: { readonly permissions: Permissions; readonly events: readonly string[] },
  ports: Examination,
): Promise<readonly Diagnosis[]> {
  const app = await ports.app();
  if (app === null)
    return [
      bad(
        "GitHub",
        "knows no app by this id and key",
        "APP_ID and PRIVATE_KEY have to be of one app, on the GitHub that GITHUB_API_URL names; a key that was deleted there counts no more",
      ),
    ];
  return [
    good("GitHub", `knows the app ${app.slug} by its id and key`),
    judgeClock(app.clockAhead),
    ...judgeApp(needed, app),
    ...(await look("installations", async () => judgeInstallations(app, await ports.installations()))),
  ];
}

async function examineHook({ hook, healthAt }: Examination): Promise<readonly Diagnosis[]> {
  const config = await hook();
  const judged = judgeHook(config);
  if (config.url === null) return judged;
  return [...judged, await reachability(config.url, healthAt)];
}

async function reachability(url: string, healthAt: Examination["healthAt"]): Promise<Diagnosis> {
  const about = "webhook address";
  const advice =
    "look at DNS, the proxy and the firewall; GitHub may reach what this machine cannot, and the other way round";
  try {
    const status = await healthAt(url);
    if (status === 200) return good(about, "Keyward answers there, as seen from here");
    return bad(
      about,
      `answers ${status} where Keyward's health check should be`,
      "lead /healthz and /webhooks to Keyward, or start it",
    );
  } catch (error) {
    return warning(about, `cannot be reached from here (${nameOf(error)})`, advice);
  }
}

async function look(about: string, examine: () => Promise<readonly Diagnosis[]>): Promise<readonly Diagnosis[]> {
  try {
    return await examine();
  } catch (error) {
    return [unknown(about, `could not be looked at: ${messageOf(error)}`, "see to what it says, and look again")];
  }
}

/** A connection that fails says why one level down. */
function nameOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return "unknown";
  return "code" in inner && typeof inner.code === "string" ? inner.code : inner.name;
}

/** What adapters throw says what was expected and found, and nothing secret. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown");
