import type { ExportedEvent } from "../../core/export/exported-event.ts";

/** A message in Slack's mrkdwn. Texts of others can neither mention anybody nor make a link: `&`, `<` and `>` are escaped. */
export function slackText({ message, incident, entry, url }: ExportedEvent): string {
  const state = `${incident.severity}, ${entry.state}`;
  const link = url === null ? "" : ` <${url}|Open>`;
  return `${escaped(message)} (${state})${link}`;
}

/** As Slack shows it and nothing more. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
