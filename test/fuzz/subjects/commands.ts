import fc from "fast-check";
import { hasCommand, parseCommand, usage, verbs } from "../../../src/core/incident/commands.ts";
import { expectThat, inTime, type FuzzSubject } from "../subject.ts";
import { mutatedText } from "./mutated-text.ts";

const seeds = [
  ...verbs.map((verb) => `/keyward ${usage[verb].words}`),
  "/keyward dismiss all 30d false-positive it is a test",
  "/keyward assign @one @org/team",
  "/keyward snooze 8h later\n/keyward rotated",
  "Hello\n\n> /keyward rotated\n\n```\n/keyward revoke\n```\n/keyward status",
];
const pieces = [
  ..." |\n|\r\n|\t|/keyward|/KEYWARD |/keyward\n|> |```|~~~|````\n|    |@|@org/|<!--|-->|<b>|`|\\|\0|\u202e|\u2028|all|30d".split(
    "|",
  ),
  ..."999999999d|-1h|0d|1e9h|dismiss|false-positive|accepted-risk|revoked|high|low|0123abcd|é|\ud83d|**|[x](y)".split(
    "|",
  ),
];

/** Comments of issues: what nobody wrote as a command is none, and what is one says what it is within the limits. */
export const commandsSubject: FuzzSubject = {
  name: "commands",
  shortRuns: 2000,
  inputsPerRun: 1,
  start: async () => {
    const property = fc.asyncProperty(mutatedText(seeds, pieces), async (text) => {
      const parsed = inTime("a comment", () => parseCommand(text));
      expectThat(hasCommand(text) === (parsed.kind !== "none"), "the door and the reader agree on what is a command");
      if (!/\/keyward/i.test(text)) expectThat(parsed.kind === "none", "without the word there is no command");
      const quoted = text.split(/\r?\n/).map((line) => `> ${line}`);
      expectThat(parseCommand(quoted.join("\n")).kind === "none", "what is quoted is no command");
      const fenced = `\`\`\`\`\`\`\n${text.replaceAll("`", "'")}\n\`\`\`\`\`\``;
      expectThat(parseCommand(fenced).kind === "none", "what is code is no command");
      if (parsed.kind === "problem") expectThat(parsed.problem !== "", "a problem says what was expected");
      if (parsed.kind !== "command") return;
      const { command } = parsed;
      expectThat(verbs.includes(command.verb), "a command is one of the list");
      if (command.verb === "dismiss")
        expectThat(command.hours === null || (command.hours > 0 && command.hours <= 366 * 24), "a dismissal ends");
      if (command.verb === "snooze") expectThat(command.hours > 0 && command.hours <= 30 * 24, "a snooze ends");
      if (command.verb === "assign") expectThat(command.names.length > 0, "somebody is assigned");
    });
    return { property, end: async () => {} };
  },
};
