/**
 * Gives everything that reads what others wrote whatever there is, for as long as it is asked to: `npm run fuzz`. Each subject runs in a
 * thread that is ended when it hangs. What fails is written to a file, one line of JSON each, with the command that does it again.
 * Exits with 1 if anything failed.
 */
import { appendFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { Command, InvalidArgumentError } from "commander";
import { allSubjects } from "./all-subjects.ts";
import type { FuzzSubject } from "./subject.ts";
import type { FuzzNews, FuzzTask } from "./worker.ts";

function wholeNumber(text: string): number {
  const number = Number(text.replaceAll("_", ""));
  if (Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError("expected a whole number.");
}

/** A name that is misspelt must not pass because nothing was tried. */
function subjectsIn(text: string): readonly string[] {
  const names = text.split(",");
  const known = allSubjects.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return names;
  throw new InvalidArgumentError(`there is no ${unknown.join(", ")}.`);
}

const options = new Command("npm run fuzz --")
  .description("fuzzes what reads what others wrote; without --only all of it, ten million inputs for the scanner")
  .option(
    "--only <subjects>",
    `some of ${allSubjects.map(({ name }) => name).join(", ")}`,
    subjectsIn,
    allSubjects.map(({ name }) => name),
  )
  .option(
    "--inputs <n>",
    "for each subject; otherwise ten million for `scan` and what there is time for elsewhere",
    wholeNumber,
  )
  .option("--minutes <n>", "for each subject whose inputs are not counted", wholeNumber, 10)
  .option("--seed <n>", "of the first batch; each batch has the next one", wholeNumber, Date.now() % 1_000_000_000)
  .option("--path <path>", "of what failed, to do just that again", "")
  .option("--failures <file>", "where what fails is written", "fuzz-failures.jsonl")
  .parse()
  .opts<{ only: readonly string[]; inputs?: number; minutes: number; seed: number; path: string; failures: string }>();

const scannerInputs = 10_000_000;
/** A batch takes seconds; one that takes this long hangs. */
const hangMs = 300_000;
const reportMs = 30_000;

let failures = 0;
for (const subject of allSubjects.filter(({ name }) => options.only.includes(name))) await fuzz(subject);
console.log(failures === 0 ? "nothing failed" : `${failures} failures are in ${options.failures}`);
process.exitCode = failures === 0 ? 0 : 1;

async function fuzz(subject: FuzzSubject): Promise<void> {
  const counted = options.inputs ?? (subject.name === "scan" ? scannerInputs : null);
  const enough = (inputs: number): boolean =>
    options.path !== ""
      ? inputs > 0
      : counted === null
        ? performance.now() - start > options.minutes * 60_000
        : inputs >= counted;
  let [inputs, seed, start, reported] = [0, options.seed, performance.now(), performance.now()];
  const say = (): void => {
    const seconds = (performance.now() - start) / 1000;
    const rate = Math.round(inputs / Math.max(seconds, 0.001));
    console.log(`${subject.name}: ${inputs} inputs in ${Math.round(seconds)} s, ${rate} a second, at seed ${seed}`);
  };
  const take = (news: FuzzNews): void => {
    if (news.kind === "ready") [start, reported] = [performance.now(), performance.now()];
    if (news.kind === "begins") ({ seed } = news);
    if (news.kind === "done" || news.kind === "failed") inputs += Math.max(news.runs, 1) * subject.inputsPerRun;
    if (news.kind === "failed") fail(subject, news);
    if (performance.now() - reported < reportMs) return;
    reported = performance.now();
    say();
  };
  // A thread that hangs is ended, and another goes on behind the batch that it hung in.
  while (!enough(inputs)) {
    const runs = options.path === "" ? runsPerBatch(subject, counted) : 1;
    const task = { subject: subject.name, seed, batches: Number.MAX_SAFE_INTEGER, runs, path: options.path };
    if ((await runThread(task, take, () => enough(inputs))) === "ended") break;
    fail(subject, { seed, path: "", error: `it hung for ${hangMs / 1000} s` });
    seed += 1;
  }
  say();
}

/** Batches small enough that a hang is seen soon, large enough that shrinking costs nothing. */
function runsPerBatch({ inputsPerRun, shortRuns }: FuzzSubject, counted: number | null): number {
  const runs = Math.max(1, Math.min(shortRuns, Math.round(20_000 / inputsPerRun)));
  return counted === null ? runs : Math.max(1, Math.min(runs, Math.ceil(counted / inputsPerRun)));
}

function fail({ name }: FuzzSubject, { seed, path, error }: { seed: number; path: string; error: string }): void {
  failures += 1;
  const again = `npm run fuzz -- --only ${name} --seed ${seed}${path === "" ? "" : ` --path ${path}`}`;
  appendFileSync(options.failures, `${JSON.stringify({ subject: name, seed, path, again, error })}\n`);
  console.log(`${name} FAILED: ${error}\n  again: ${again}`);
}

function runThread(task: FuzzTask, take: (news: FuzzNews) => void, enough: () => boolean): Promise<"ended" | "hung"> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData: task });
    const end = (how: "ended" | "hung"): void => {
      clearTimeout(timer);
      void worker.terminate().then(() => resolve(how), reject);
    };
    const timer = setTimeout(() => end("hung"), hangMs);
    worker.on("message", (news: FuzzNews) => {
      timer.refresh();
      take(news);
      if (news.kind !== "ready" && enough()) end("ended");
    });
    worker.once("error", reject);
    worker.once("exit", () => end("ended"));
  });
}
