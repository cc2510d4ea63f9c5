import { Command } from "commander";
import { scoreOf, standingOf, type Standing } from "../../../core/posture/evaluate.ts";
import { waiverText } from "../../../core/posture/waivers.ts";
import type { Posture } from "../../../flows/check-posture.ts";
import { composePosture } from "../../compose-posture.ts";
import { settingsOrSay } from "../settings-or-say.ts";
import { posturePlanCommand } from "./posture-plan.ts";

type Flags = {
  readonly json?: true;
  readonly reviews?: string;
  readonly optional: readonly string[];
};

/** `keyward posture`: what a repository's settings, files and stored secrets leave open. Exit code 0: all is well; 1: a claim is false; 2: not all could be checked. */
export const postureCommand = new Command("posture")
  .description("check branch protection, .gitignore, workflows, the age of stored secrets and more of a repository")
  .argument("<repository>", "OWNER/REPO, on which the app is installed")
  .option("--reviews <n>", "approving reviews a branch has to ask for, whatever is configured")
  .option("--optional <claim>", "ask for an optional claim too (may be repeated)", collect, [])
  .option("--json", "for machines")
  .addHelpText("after", "\nIt asks GitHub as the app does: with the settings of `keyward serve --help`.")
  .action(async (repository: string, flags: Flags, command: Command) => {
    const [owner = "", name = "", ...rest] = repository.split("/");
    if (owner === "" || name === "" || rest.length > 0)
      command.error(`keyward: expected OWNER/REPO, found "${repository}"`);
    const reviews = flags.reviews === undefined ? null : Number(flags.reviews);
    if (reviews !== null && (!Number.isInteger(reviews) || reviews < 0 || reviews > 6))
      command.error(`keyward: --reviews takes a whole number from 0 to 6, found "${flags.reviews}"`);
    const settings = await settingsOrSay();
    if (settings === null) return;
    const report = await composePosture(settings)(
      { owner, name },
      { ...(reviews !== null && { reviews }), ...(flags.optional.length > 0 && { optional: flags.optional }) },
    );
    if (report.kind === "not-installed") {
      console.error(`keyward: the app is not installed on ${repository}, or there is no such repository`);
      process.exitCode = 2;
      return;
    }
    console.log(flags.json === true ? JSON.stringify(asJson(repository, report), null, 2) : tableOf(report));
    process.exitCode = exitCodeOf(report);
  })
  .addCommand(posturePlanCommand);

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function exitCodeOf({ results, problems }: Posture): number {
  const standings = new Set(results.map(standingOf));
  if (standings.has("fail")) return 1;
  return standings.has("inconclusive") || problems.length > 0 ? 2 : 0;
}

function asJson(repository: string, { results, problems }: Posture): unknown {
  return {
    repository,
    score: scoreOf(results),
    ...(problems.length > 0 && { problems }),
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
      ...(result.waivers.length > 0 && { waived: result.waived, waivers: result.waivers }),
    })),
  };
}

const words = {
  pass: "ok",
  fail: "FAIL",
  inconclusive: "unknown",
  "not-applicable": "-",
  waived: "waived",
} as const satisfies Readonly<Record<Standing, string>>;

function tableOf({ results, problems }: Posture): string {
  const width = Math.max(...results.map(({ check }) => check.id.length));
  const lines = results.flatMap((result) => {
    const { check, evidence, waivers } = result;
    const standing = standingOf(result);
    const head = `${words[standing].padEnd(8)}${check.id.padEnd(width)}  ${check.title}`;
    const indent = " ".repeat(8 + width + 2);
    const told = [...evidence, ...waivers.map(waiverText)].map((one) => `${indent}${one}`);
    const toDo = standing === "fail" ? [`${indent}→ ${check.remedy}`] : [];
    const needed =
      result.outcome === "inconclusive" ? result.permissions.map((one) => `${indent}→ grant the app “${one}”`) : [];
    return [head, ...told, ...toDo, ...needed];
  });
  const count = (standing: Standing): number => results.filter((one) => standingOf(one) === standing).length;
  const score = scoreOf(results);
  const waived = count("waived") === 0 ? "" : `${count("waived")} waived, `;
  const summary = `${count("pass")} true, ${count("fail")} false, ${waived}${count("inconclusive")} not known, ${count("not-applicable")} do not apply${score === null ? "" : `; score ${score} of 100`}.`;
  return [...problems.map((one) => `FAIL    ${one}`), ...lines, "", summary].join("\n");
}
