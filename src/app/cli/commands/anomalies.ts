import { Command } from "commander";
import { anomalySetting } from "../../anomaly-setting.ts";
import { openAnomalies } from "../../compose-anomalies.ts";
import { NotPossible, storeHelp, withStore } from "../store-command.ts";

const most = 1000;

/** `keyward anomalies`: what was out of the ordinary, and what could not be judged. */
export const anomaliesCommand = new Command("anomalies")
  .description("what was out of the ordinary, the newest first, and what cannot be judged at the moment")
  .option("--json", "for machines")
  .addHelpText("after", `\n${storeHelp}\nExit codes: 0 done, 2 could not do what was asked.`)
  .action(({ json = false }: { json?: boolean }) =>
    withStore(
      "anomalies",
      (settings) => {
        const terms = anomalySetting.safeParse(process.env["KEYWARD_ANOMALIES"]);
        if (!terms.success) throw new NotPossible(`KEYWARD_ANOMALIES: ${terms.error.issues[0]?.message ?? ""}`);
        return openAnomalies(settings, terms.data);
      },
      async (desk) => {
        const [anomalies, { unknown }] = [await desk.list("anomaly", most), await desk.look()];
        const noted = await desk.list("unknown", most);
        if (json) return console.log(JSON.stringify({ anomalies, unknown, noted }, null, 2));
        if (anomalies.length === 0) console.log("Nothing out of the ordinary was noted.");
        for (const { at, action, message, evidence } of anomalies)
          console.log([at, action.padEnd(22), message, JSON.stringify(evidence)].join("  "));
        for (const { installationId, what, reason } of unknown)
          console.log(`unknown: ${what} (installation ${installationId}): ${reason}`);
        for (const { at, message, evidence } of noted)
          console.log([`unknown as of ${at}`, message, JSON.stringify(evidence)].join("  "));
      },
    ),
  );
