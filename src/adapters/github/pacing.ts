import { setTimeout as wait } from "node:timers/promises";
import Bottleneck from "bottleneck";
import { errorKind } from "../../core/errors/error-kind.ts";
import type { GithubPauses } from "../../flows/ports/github-pauses.ts";
import type { Logger } from "../../flows/ports/system.ts";
import type { HourLeft, ReadLeave, RequestBudget } from "../../flows/ports/request-budget.ts";
import type { PaceBucket, WritePace } from "../../flows/ports/write-pace.ts";
import { GithubLimited } from "./errors.ts";
import { createTurns } from "./turns.ts";

/** The longest wait inside one request; beyond it the job is put back, so that it does not hold a worker. */
export const longestWaitSeconds = 60;

/**
 * Keeps each installation within what GitHub allows, without making single requests wait: counted for all workers together where they
 * share what they know, and for this process alone otherwise.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export type Pacing = {
  /** The `throttle` option of an octokit client. Clients with the same id share their pace, each use within its share. */
  readonly throttle: (id: string, use?: Use) => ThrottleOptions;
  /** Waits while GitHub has told this id to be quiet. Throws `GithubLimited` if that would take too long. */
  readonly untilAllowed: (id: string) => Promise<void>;
  /** Waits for its turn to write among all workers. `notifies`: people are told of what is written. Throws as `untilAllowed`. */
  readonly untilMayWrite: (id: string, use: Use, notifies: boolean) => Promise<void>;
  /** As `untilMayWrite`, to read. What is no verdict leaves verdicts a part of the hour, too. */
  readonly untilMayRead: (id: string, use: Use) => Promise<void>;
  /** What GitHub said of this id's hour. */
  readonly sawHour: (id: string, hour: HourLeft) => void;
};

/** Where workers tell each other what they were told by GitHub, what they wrote and what they read. */
export type SharedPacing = { readonly pauses: GithubPauses; readonly pace: WritePace; readonly budget: RequestBudget };

/** What requests are for. A verdict may use up all that an installation has; everything else leaves it a reserve. */
export type Use = "verdict" | "work";

/** What other workers were told is looked up this often at most, for each installation that is written to or read. */
const lookEveryMs = 1000;

type LimitHandler = (retryAfter: number, options: object) => boolean;

type ThrottleOptions = {
  readonly id: string;
  readonly global: Bottleneck.Group;
  readonly auth: Bottleneck.Group;
  readonly write: Bottleneck.Group;
  readonly notifications: Bottleneck.Group;
  readonly onSecondaryRateLimit: LimitHandler;
  readonly onRateLimit: LimitHandler;
};

/** What github.com allows. */
export const usualWritesPerMinute = 80;

/**
 * Made once for all clients of a process. `writesPerMinute`: what one installation may write; everything else goes in proportion, as
 * github.com's limits do. `shared`: left out, this process keeps to the limits alone.
 */
export function createPacing(
  log: Logger,
  writesPerMinute = usualWritesPerMinute,
  shared: SharedPacing | null = null,
): Pacing {
  const times = writesPerMinute / usualWritesPerMinute;
  const buckets = createBuckets(times);
  const quiet = new Map<string, { readonly until: number; readonly kind: GithubLimited["kind"] }>();
  const waited = new WeakMap<object, number>();
  const looked = new Map<string, number>();
  const hours = new Map<string, HourLeft>();
  const leases = new Map<string, Lease>();
  const turns = createTurns();

  /** What is told by GitHub to one worker holds for all. Where they cannot be asked, each goes by what it was told itself. */
  const heed = async (id: string): Promise<void> => {
    if (shared === null || Date.now() - (looked.get(id) ?? 0) < lookEveryMs) return;
    looked.set(id, Date.now());
    try {
      const pause = await shared.pauses.left(id);
      const until = Date.now() + (pause?.seconds ?? 0) * 1000;
      if (pause && until > (quiet.get(id)?.until ?? 0)) quiet.set(id, { until, kind: pause.kind });
    } catch (error) {
      log.warn("what other workers were told by GitHub is not known", errorKind(error));
    }
  };

  const onLimit =
    (id: string, kind: GithubLimited["kind"]): LimitHandler =>
    (retryAfter, request) => {
      quiet.set(id, { until: Date.now() + retryAfter * 1000, kind });
      shared?.pauses.note(id, { kind, seconds: retryAfter }).catch((error: unknown) => {
        log.warn("other workers could not be told of GitHub's limit", errorKind(error));
      });
      const total = (waited.get(request) ?? 0) + retryAfter;
      waited.set(request, total);
      log.warn("GitHub's rate limit is reached", { installation: id, limit: kind, retryAfterSeconds: retryAfter });
      return total <= longestWaitSeconds;
    };

  return {
    throttle: (id, use = "work") => ({
      id,
      ...buckets[use],
      onSecondaryRateLimit: onLimit(id, "secondary"),
      onRateLimit: onLimit(id, "primary"),
    }),
    async untilAllowed(id) {
      await heed(id);
      const limit = quiet.get(id);
      const millis = (limit?.until ?? 0) - Date.now();
      if (!limit || millis <= 0) return;
      if (millis > longestWaitSeconds * 1000) throw new GithubLimited(limit.kind, Math.ceil(millis / 1000));
      await wait(millis);
    },
    async untilMayWrite(id, use, notifies) {
      if (shared === null) return;
      const { pace } = shared;
      const until = Date.now() + longestWaitSeconds * 1000;
      await leaveBy(() => pace.take(id, sharedBucket("writes", use, times)), until);
      if (notifies) await leaveBy(() => pace.take(id, sharedBucket("notifications", use, times)), until);
    },
    async untilMayRead(id, use) {
      if (shared === null) return;
      const { budget } = shared;
      const key = `${use} ${id}`;
      if (useLease(leases.get(key))) return;
      const until = Date.now() + longestWaitSeconds * 1000;
      await turns(key, async () => {
        if (useLease(leases.get(key))) return;
        const leave = readLeave(use, times);
        await leaveBy(() => budget.take(id, leave, hours.get(id) ?? null), until);
        leases.set(key, { left: leave.requests - 1, until: Date.now() + leaseMs });
      });
    },
    sawHour: (id, hour) => void hours.set(id, hour),
  };
}

/** Leave that was taken in advance, so that not each request asks the database. What is not used in time is lost. */
type Lease = { left: number; readonly until: number };

const leaseMs = 15_000;

function useLease(lease: Lease | undefined): boolean {
  if (lease === undefined || lease.left <= 0 || lease.until < Date.now()) return false;
  lease.left -= 1;
  return true;
}

type Leave = { readonly kind: "wait" | "ask-again"; readonly seconds: number; readonly limit?: GithubLimited["kind"] };

async function leaveBy(ask: () => Promise<Leave>, until: number): Promise<void> {
  for (;;) {
    const { kind, seconds, limit = "secondary" } = await ask();
    const millis = Math.ceil(seconds * 1000);
    if (Date.now() + millis > until) throw new GithubLimited(limit, Math.ceil(seconds));
    if (kind === "wait" && millis === 0) return;
    // Several that wait for the same leave do not ask at the same moment.
    await wait(kind === "wait" ? millis : millis + Math.random() * 250);
    if (kind === "wait") return;
  }
}

/**
 * What all workers may write together: 40 + 40 in the worst minute, and 20 + 8 of it told to people. A verdict takes what there is, and
 * owes what there is not for as long as a request may wait; everything else leaves it a third.
 */
function sharedBucket(name: keyof typeof together, use: Use, times: number): PaceBucket {
  const { size: usual, perMinute, forVerdicts } = together[name];
  const [size, perSecond] = [Math.max(1, Math.round(usual * times)), (perMinute * times) / 60];
  const leaving =
    use === "verdict" ? -perSecond * longestWaitSeconds : Math.min(size - 1, Math.round(forVerdicts * times));
  return { name, size, perSecond, leaving };
}

const together = {
  writes: { size: 40, perMinute: 40, forVerdicts: 14 },
  notifications: { size: 20, perMinute: 8, forVerdicts: 0 },
} as const;

/**
 * What all workers may read together: 90 + 400 in the worst minute, which with 80 writes at 5 points each is 890 of the 900 points that
 * GitHub allows. A verdict may owe as for writes; everything else leaves it a third, and a fifth of the hour (of 5,000 to 12,500 requests,
 * as GitHub's answers say). The 100 requests at once that it allows are not counted: of an installation so many jobs run at a time in each
 * lane, and each process sends five at once at most.
 */
function readLeave(use: Use, times: number): ReadLeave {
  const requests = 10;
  const size = Math.max(requests, Math.round(90 * times));
  const perSecond = (400 * times) / 60;
  if (use === "verdict") {
    return { requests, size, perSecond, leaving: -perSecond * longestWaitSeconds, leavingOfHour: -1 };
  }
  return { requests, size, perSecond, leaving: Math.min(size - requests, Math.round(30 * times)), leavingOfHour: 0.2 };
}

type Buckets = Pick<ThrottleOptions, "global" | "auth" | "write" | "notifications">;

/**
 * Token buckets in place of the throttling plugin's fixed gaps (1 s between writes, 3 s between new issues), which alone would
 * make a verdict a second late. The worst minute of an installation: 40 + 40 = 80 writes, as many as GitHub allows if each of
 * them created something; 90 + 480 = 570 requests, so 490 reads × 1 + 80 writes × 5 = 890 of 900 points. New issues and
 * comments: 20 + 8 = 28 in the worst minute, 20 + 480 = 500 of 500 in the worst hour. What is no verdict takes from these
 * buckets too, but at most two thirds: looking into ten incidents must not make the eleventh push wait for its answer.
 */
function createBuckets(times: number): Readonly<Record<Use, Buckets>> {
  const bucket = (wanted: Bucket): Bottleneck.Group => bucketOf(wanted, times);
  const everything = {
    global: bucket({ size: 90, every: 250, adds: 2, maxConcurrent: mostAtOnce }),
    // Asking for tokens, as the app: not counted with the installation's requests.
    auth: new Bottleneck.Group({ maxConcurrent: 5 }),
    write: bucket({ size: 40, every: 1500, adds: 1 }),
    notifications: bucket({ size: 20, every: 7500, adds: 1 }),
  };
  return {
    verdict: everything,
    work: {
      ...everything,
      global: within(everything.global, bucket({ size: 60, every: 1000, adds: 5 })),
      write: within(everything.write, bucket({ size: 26, every: 2250, adds: 1 })),
    },
  };
}

/** A smaller bucket in front of a larger one: what passes takes from both. */
function within(whole: Bottleneck.Group, share: Bottleneck.Group): Bottleneck.Group {
  share.on("created", (limiter: Bottleneck, id: string) => limiter.chain(whole.key(id)));
  return share;
}

/** So many requests of one installation are under way in one process. */
export const mostAtOnce = 5;

type Bucket = {
  /** How many requests may go at once. */
  readonly size: number;
  /** Milliseconds, a multiple of 250, after which `adds` more may go. */
  readonly every: number;
  readonly adds: number;
  readonly maxConcurrent?: number;
};

function bucketOf(wanted: Bucket, times: number): Bottleneck.Group {
  const { every, maxConcurrent } = wanted;
  const [size, adds] = [wanted.size, wanted.adds].map((one) => Math.max(1, Math.round(one * times))) as [
    number,
    number,
  ];
  return new Bottleneck.Group({
    reservoir: size,
    reservoirIncreaseAmount: adds,
    reservoirIncreaseInterval: every,
    reservoirIncreaseMaximum: size,
    maxConcurrent: maxConcurrent ?? null,
    // Who would have to wait longer than a request may is told so at once: see `typedPacingError`.
    highWater: Math.floor((longestWaitSeconds * 1000 * adds) / every),
    strategy: Bottleneck.strategy.OVERFLOW,
    // An unused bucket is forgotten only after it is full again.
    timeout: 2 * every * (size / adds) + 60_000,
  });
}

/** A request that was refused a place in a queue is a limit like GitHub's own. */
export function typedPacingError(error: unknown): unknown {
  if (!(error instanceof Bottleneck.BottleneckError)) return error;
  return new GithubLimited("secondary", longestWaitSeconds);
}
