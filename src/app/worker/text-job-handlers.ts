import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import type { RedactText, ScanText } from "../../flows/ports/texts.ts";
import type { ScanWiki } from "../../flows/ports/wikis.ts";
import { redactText, type RedactTextPorts } from "../../flows/redact-text.ts";
import { scanWiki, type ScanWikiPorts } from "../../flows/scan-wiki.ts";
import { scanText, type ScanTextPorts } from "../../flows/scan-text.ts";

export type TextPorts = ScanTextPorts & RedactTextPorts & ScanWikiPorts;

type AboutTexts = ScanText | RedactText;

type Work<Job extends { readonly name: string }> = (job: Job["name"], work: () => Promise<void>) => Promise<void>;

/** Which flow does which job about texts. `unlessGone` ends a job whose repository is gone. */
export function textJobHandlers(ports: TextPorts, unlessGone: Work<AboutTexts>): JobHandlers<AboutTexts> {
  return {
    "scan-text": (data) => unlessGone("scan-text", () => scanText(data, ports)),
    "redact-text": (data) => unlessGone("redact-text", () => redactText(data, ports)),
  };
}

/** The same for wikis, which are read with all their revisions. */
export function wikiJobHandlers(ports: ScanWikiPorts, unlessGone: Work<ScanWiki>): JobHandlers<ScanWiki> {
  return {
    "scan-wiki": (data, { signal }) => unlessGone("scan-wiki", () => scanWiki(data, ports, signal)),
  };
}
