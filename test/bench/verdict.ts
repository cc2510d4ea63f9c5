/**
 * How long a developer waits: from the webhook of a push (GitHub begins to send it) to the concluded check, on a local GitHub with real
 * git and a Keyward in a process of its own; then the same head once more, when everything in it was read already.
 */
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import type { LocalRepository } from "../github/local-repository.ts";
import { startWorkTree } from "../github/work-tree.ts";
import { importHistory } from "../support/import-history.ts";
import { startScene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

function counts(text: string): readonly number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.every((number) => Number.isInteger(number) && number > 0)) return numbers;
  throw new InvalidArgumentError("expected whole numbers with commas between them, such as 1,10,100.");
}

const {
  commits,
  runs,
  files,
  again: isJudgedAgain,
  writesPerMinute,
} = new Command("npm run bench:verdict --")
  .description(
    "push to verdict: waiting time and processor time, in milliseconds, by the number of commits in the push",
  )
  .option("--commits <list>", "how many commits a push has", counts, [1, 10, 100, 600])
  .option("--runs <n>", "how many pushes of each length are measured", (text) => counts(text)[0] ?? 1, 10)
  .option("--files <n>", "how many files each commit writes", (text) => counts(text)[0] ?? 1, 1)
  .option("--no-again", "pushes alone: no head is judged once more")
  .option(
    "--writes-per-minute <n>",
    "what the installation may write: beyond 80, github.com's own limit, what is measured is Keyward's work and not the waiting for GitHub's leave",
    "80",
  )
  .parse()
  .opts<{ commits: readonly number[]; runs: number; files: number; again: boolean; writesPerMinute: string }>();

type Measured = { readonly waited: number; readonly processor: number };

await using scene = await startScene({ GITHUB_WRITES_PER_MINUTE: writesPerMinute });
const repository = await scene.github.createRepository({ owner: "acme", name: "shop" });
await using tree = await startWorkTree(repository);
const base = await tree.commit({ message: "Start", files: [["README.md", "# Shop\n"]] });
await tree.push("main");
await verdictOn(repository, base);
await scene.github.idle();

let branches = 0;
const rows: object[] = [];
for (const count of commits) {
  const fresh: Measured[] = [];
  const repeated: Measured[] = [];
  for (let run = 0; run < runs; run += 1) {
    const head = await history(count);
    fresh.push(
      await measured(
        () => tree.push(`topic-${branches}`),
        head,
        "push",
        (payload) => payload["after"] === head,
      ),
    );
    if (!isJudgedAgain) continue;
    const [{ id } = { id: 0 }] = repository.checkRuns(head);
    const again = (payload: Payload): boolean => payload["action"] === "rerequested";
    repeated.push(await measured(() => repository.rerequestCheckRun(id), head, "check_run", again));
  }
  rows.push(rowOf(`${count}`, fresh), ...(isJudgedAgain ? [rowOf(`${count}, again`, repeated)] : []));
}
console.table(rows);
console.log(`load ${loadavg()[0]?.toFixed(1)}; processor: of Keyward and its git processes`);

/** A branch of so many commits, of which the first leaks; gives its head. */
async function history(count: number): Promise<string> {
  branches += 1;
  const history = Array.from({ length: count }, (_, commit) =>
    Array.from({ length: files }, (_, file) => {
      const text = `export const value = ${branches * 1_000_000 + commit * 1000 + file};\n`;
      return [`src/file-${file}.ts`, commit === 0 && file === 0 ? `const token = "${newToken()}";\n` : text] as const;
    }),
  );
  await importHistory(tree, `topic-${branches}`, base, history);
  return tree.git("rev-parse", `topic-${branches}`);
}

type Payload = Readonly<Record<string, unknown>>;

/** From the webhook that tells of it to the concluded check; everything that follows is let come to its end. */
async function measured(
  cause: () => Promise<void> | void,
  head: string,
  event: string,
  tells: (payload: Payload) => boolean,
): Promise<Measured> {
  const [seen, before, spent] = [scene.github.deliveries.length, runsOn(repository, head), processorMs()];
  const caused = cause();
  await until(`the ${event} webhook`, () =>
    scene.github.deliveries.slice(seen).some((one) => one.event === event && tells(one.payload)),
  );
  const sent = performance.now();
  await until("the check", () => runsOn(repository, head) > before);
  const { conclusion } = await verdictOn(repository, head);
  const waited = performance.now() - sent;
  const processor = processorMs() - spent;
  if (conclusion !== "failure") throw new Error(`a push with a credential was judged ${conclusion}, not failure`);
  await caused;
  await scene.github.idle();
  return { waited, processor };
}

function runsOn(where: LocalRepository, head: string): number {
  return where.checkRuns(head, "all").length;
}

/** What Keyward and the processes that it has waited for have spent, by Linux's clock ticks of ten milliseconds; elsewhere nothing. */
function processorMs(): number {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync(`/proc/${scene.keyward.pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}

function rowOf(what: string, measured: readonly Measured[]): object {
  const at = (share: number, of: keyof Measured): number => {
    const sorted = measured.map((one) => one[of]).toSorted((a, b) => a - b);
    return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  };
  return {
    commits: what,
    runs: measured.length,
    "median ms": at(0.5, "waited"),
    "p95 ms": at(0.95, "waited"),
    "processor ms (median)": at(0.5, "processor"),
  };
}
