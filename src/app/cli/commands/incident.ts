import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { Command, Option } from "commander";
import { toIncidentExport } from "../../../core/incident/incident-export.ts";
import type { Incident } from "../../../core/incident/incident.ts";
import { timelineMarkdown } from "../../../core/incident/timeline-text.ts";
import { openIncidentArchive, type IncidentArchive } from "../../compose-incident-archive.ts";
import { openOperatorDesk } from "../../compose-operator.ts";
import { settingsOrSay } from "../settings-or-say.ts";
import { NotPossible, storeHelp, withOpened, withStore } from "../store-command.ts";

const format = new Option("--format <format>", "how it is written").choices(["json", "md"]).default("md");

/** `keyward incident`: what is kept of incidents, in the database the server uses. */
export const incidentCommand = new Command("incident")
  .description(
    "list incidents, show one, say something to it, export its timeline, verify that nothing of it was changed",
  )
  .addHelpText(
    "after",
    `\n${storeHelp} /keyward export needs no stop.\nExit codes: 0 fine, 1 a timeline does not hold, 2 could not do what was asked.`,
  );

incidentCommand
  .command("list")
  .description("the newest first; those that are not over unless --all")
  .option("--all", "those that are over as well")
  .addOption(new Option("--format <format>", "how it is written").choices(["json", "text"]).default("text"))
  .action(async ({ all = false, format: as }: { all?: boolean; format: "json" | "text" }) => {
    await withArchive(async (archive) => {
      const incidents = await archive.list({ active: !all, limit: 10_000 });
      console.log(as === "json" ? JSON.stringify(incidents, null, 2) : incidents.map(lineOf).join("\n"));
    });
  });

incidentCommand
  .command("show")
  .argument("<id>", "the incident's id, or its beginning")
  .description("one incident, with its places and what happened")
  .action((id: string) => withIncident(id, (incident, archive) => write(incident, archive, "md")));

incidentCommand
  .command("export")
  .argument("<id>", "the incident's id, or its beginning")
  .description("everything that is kept of an incident, with its timeline and the hashes that bind it")
  .addOption(format)
  .action((id: string, options: { format: "json" | "md" }) =>
    withIncident(id, (incident, archive) => write(incident, archive, options.format)),
  );

incidentCommand
  .command("say")
  .argument("<id>", "the incident's id, or its beginning")
  .argument("<words...>", "what would be written in a comment, without /keyward: attest seen refused with curl")
  .requiredOption("--as <login>", "whose word it is on GitHub; you vouch for it, and are named with it")
  .description("pass on what somebody says to an incident that takes no comments, such as a draft advisory")
  .addHelpText(
    "after",
    "\nTakes all settings of the server: GitHub is asked what the login may do in the incident's repository.\nExit codes: 0 done, 1 refused (the reason is said), 2 could not do what was asked.",
  )
  .action(async (id: string, words: readonly string[], { as: login }: { as: string }) => {
    const settings = await settingsOrSay();
    if (settings === null) return;
    await withOpened(
      "incident",
      () => openOperatorDesk(settings),
      async (desk) => {
        const incident = await find(id, desk);
        const operator = `${userInfo().username} at the command line`;
        const said = { incidentId: incident.id, words: words.join(" "), login, operator, id: randomUUID() };
        const answer = await desk.say(said);
        console.log(answer.text ?? "Done. What follows of it is done by the server.");
        if (!answer.accepted) process.exitCode = 1;
      },
    );
  });

incidentCommand
  .command("verify")
  .argument("[id]", "the incident's id, or its beginning; every incident without it")
  .description("whether timelines are as they were written: an entry that was changed, left out or added shows")
  .action(async (id: string | undefined) => {
    await withArchive(async (archive) => {
      const incidents =
        id === undefined ? await archive.list({ active: false, limit: 1_000_000 }) : [await find(id, archive)];
      for (const incident of incidents) {
        const check = await archive.checkTimeline(incident.id);
        console.log(
          `${incident.id}  ${check.kind === "holds" ? `holds, ${check.entries} entries` : `BROKEN: ${check.problem}`}`,
        );
        if (check.kind === "broken") process.exitCode = 1;
      }
    });
  });

async function write(incident: Incident, archive: IncidentArchive, as: "json" | "md"): Promise<void> {
  const [timeline, check] = [await archive.timeline(incident.id), await archive.checkTimeline(incident.id)];
  if (as === "json") console.log(JSON.stringify(toIncidentExport(incident, timeline, check), null, 2));
  else
    console.log(
      [timelineMarkdown(incident, timeline, check, Number.MAX_SAFE_INTEGER), "", ...placesOf(incident)].join("\n"),
    );
  if (check.kind === "broken") process.exitCode = 1;
}

const placesOf = ({ occurrences }: Incident): readonly string[] => [
  "## Places",
  "",
  ...occurrences.map((one) =>
    one.kind === "code"
      ? `- repository ${one.repoId}, commit ${one.commit}, \`${one.path.replace(/[`\r\n]/g, " ")}\` line ${one.line}`
      : `- repository ${one.repoId}, ${one.place.surface}, line ${one.line}`,
  ),
];

const lineOf = ({ id, state, terms, openedAt, title, home }: Incident): string =>
  [id, state.padEnd(9), terms.class.padEnd(8), openedAt, `${home.owner}/${home.name}`, title.replace(/\s+/g, " ")].join(
    "  ",
  );

async function withIncident(
  id: string,
  use: (incident: Incident, archive: IncidentArchive) => Promise<void>,
): Promise<void> {
  await withArchive(async (archive) => use(await find(id, archive), archive));
}

async function find(id: string, archive: Pick<IncidentArchive, "byId" | "list">): Promise<Incident> {
  const exact = await archive.byId(id);
  if (exact) return exact;
  const like = (await archive.list({ active: false, limit: 1_000_000 })).filter((one) => one.id.startsWith(id));
  const [only, ...others] = like;
  if (!only) throw new NotPossible(`there is no incident ${id}; keyward incident list --all shows which there are`);
  if (others.length > 0) throw new NotPossible(`${like.length} incidents begin with ${id}: give more of the id`);
  return only;
}

const withArchive = (use: (archive: IncidentArchive) => Promise<void>): Promise<void> =>
  withStore("incident", openIncidentArchive, use);
