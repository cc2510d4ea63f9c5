import { Command } from "commander";
import { scoreOf, type PostureResult } from "../../../core/posture/evaluate.ts";
import { composePosture } from "../../compose-posture.ts";
import { settingsOrSay } from "../settings-or-say.ts";

type Flags = {
  readonly json?: true;
  readonly reviews: string;
  readonly optional: readonly string[];
};

/** `keyward posture`: what a repository's settings, files and stored secrets leave open. Exit code 0: all is well; 1: a claim is false; 2: not all could be checked. */
export const postureCommand = new Command("posture")
  .description("check branch protection, .gitignore, workflows, the age of stored secrets and more of a repository")
  .argument("<repository>", "OWNER/REPO, on which the app is installed")
  .option("--reviews <n>", "approving reviews a branch has to ask for", "2")
  .option("--optional <claim>", "ask for an optional claim too (may be repeated)", collect, [])
  .option("--json", "for machines")
  .addHelpText("after", "\nIt asks GitHub as the app does: with the settings of `keyward serve --help`.")
  .action(async (repository: string, flags: Flags, command: Command) => {
    const [owner = "", name = "", ...rest] = repository.split("/");
    if (owner === "" || name === "" || rest.length > 0)
      command.error(`keyward: expected OWNER/REPO, found "${repository}"`);
    const reviews = Number(flags.reviews);
    if (!Number.isInteger(reviews) || reviews < 0 || reviews > 6)
      command.error(`keyward: --reviews takes a whole number from 0 to 6, found "${flags.reviews}"`);
    const settings = settingsOrSay();
    if (settings === null) return;
    const report = await composePosture(settings)({ owner, name }, { reviews, optional: flags.optional });
    if (report.kind === "not-installed") {
      console.error(`keyward: the app is not installed on ${repository}, or there is no such repository`);
      process.exitCode = 2;
      return;
    }
    console.log(
      flags.json === true ? JSON.stringify(asJson(repository, report.results), null, 2) : tableOf(report.results),
    );
    process.exitCode = exitCodeOf(report.results);
  });

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function exitCodeOf(results: readonly PostureResult[]): number {
  if (results.some(({ outcome }) => outcome === "fail")) return 1;
  return results.some(({ outcome }) => outcome === "inconclusive") ? 2 : 0;
}

function asJson(repository: string, results: readonly PostureResult[]): unknown {
  return {
    repository,
    score: scoreOf(results),
    results: results.map((result) => ({
      claim: result.check.id,
      subject: result.check.subject,
      title: result.check.title,
      result: result.outcome,
      evidence: result.evidence,
      ...(result.outcome === "inconclusive" ? { permissions: result.permissions } : {}),
      ...(result.outcome === "pass" || result.outcome === "not-applicable"
        ? {}
        : { why: result.check.why, remedy: result.check.remedy }),
    })),
  };
}

const words = { pass: "ok", fail: "FAIL", inconclusive: "unknown", "not-applicable": "-" } as const;

function tableOf(results: readonly PostureResult[]): string {
  const width = Math.max(...results.map(({ check }) => check.id.length));
  const lines = results.flatMap((result) => {
    const { check, outcome, evidence } = result;
    const head = `${words[outcome].padEnd(8)}${check.id.padEnd(width)}  ${check.title}`;
    const indent = " ".repeat(8 + width + 2);
    const told = evidence.map((one) => `${indent}${one}`);
    const toDo = outcome === "fail" ? [`${indent}→ ${check.remedy}`] : [];
    const needed =
      outcome === "inconclusive" ? result.permissions.map((one) => `${indent}→ grant the app “${one}”`) : [];
    return [head, ...told, ...toDo, ...needed];
  });
  const count = (outcome: PostureResult["outcome"]): number => results.filter((one) => one.outcome === outcome).length;
  const score = scoreOf(results);
  const summary = `${count("pass")} true, ${count("fail")} false, ${count("inconclusive")} not known, ${count("not-applicable")} do not apply${score === null ? "" : `; score ${score} of 100`}.`;
  return [...lines, "", summary].join("\n");
}
