import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import type { ScanText } from "../../flows/ports/texts.ts";
import { scanText, type ScanTextPorts } from "../../flows/scan-text.ts";

export type TextPorts = ScanTextPorts;

type AboutTexts = ScanText;

type Work = (job: AboutTexts["name"], work: () => Promise<void>) => Promise<void>;

/** Which flow does which job about texts. `unlessGone` ends a job whose repository is gone. */
export function textJobHandlers(ports: TextPorts, unlessGone: Work): JobHandlers<AboutTexts> {
  return {
    "scan-text": (data) => unlessGone("scan-text", () => scanText(data, ports)),
  };
}
