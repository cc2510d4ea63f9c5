import type { Incident } from "../../core/incident/incident.ts";
import type { RotationSteps } from "../../flows/ports/issues.ts";
import { code, plain, shortened, timeText } from "./markdown.ts";

/** One thing to be done. `done`: Keyward knows that it was. */
type Task = { readonly text: string; readonly done: boolean };

/**
 * The list of what is to be done, by phase. What Keyward knows to be done is ticked; people may tick the others, and their ticks are
 * kept.
 */
export function taskList(incident: Incident): string {
  const { provider, openedAt, done, proof, rotation, exposure } = incident;
  const at = provider === "Generic" ? "the service it is for" : plain(shortened(provider, 100));
  const replaced = rotation !== null || proof !== null;
  const lists: readonly (readonly [string, readonly Task[]])[] = [
    [
      "Contain",
      [
        { text: `Make a new credential at ${at}, with no more rights than it needs`, done: replaced },
        {
          text: "Give it to whatever used the old one through a secret store, not through a file in git",
          done: replaced,
        },
        { text: `Revoke the old one at ${at}, and see that it is refused`, done: done.contained !== undefined },
        {
          text: "The old one is dead: the provider refuses it, or somebody with the role attests it",
          done: proof !== null,
        },
      ],
    ],
    [
      "Assess",
      [
        { text: "Find out who could read it: collaborators, forks, clones", done: exposure !== null },
        { text: "List what the old one could reach and change", done: done.assessed !== undefined },
        {
          text: `Look through the access logs of ${at} since ${timeText(openedAt)}, or the commit's date if that is earlier, for use that is not yours`,
          done: done.assessed !== undefined,
        },
      ],
    ],
    [
      "Recover",
      [
        { text: "Undo what was done with it, and rotate what it gave access to", done: done.recovered !== undefined },
        {
          text: "Take it out of the current files; rewriting history is worth it only once it is dead",
          done: done.recovered !== undefined,
        },
        {
          text: "Note how it got here and what will stop the next one, such as a pre-commit hook",
          done: done.recovered !== undefined,
        },
      ],
    ],
  ];
  const sections = lists.map(([name, tasks]) => {
    const lines = tasks.map((task) => `- [${task.done ? "x" : " "}] ${task.text}`);
    return `**${name}**\n\n${lines.join("\n")}`;
  });
  return `### What to do\n\n${sections.join("\n\n")}`;
}

/** The provider's own steps, and whether old and new can live side by side; nothing where none are known. */
export function rotationText(steps: RotationSteps | null, { terms }: Pick<Incident, "terms">): string | null {
  if (!steps) return null;
  const numbered = (lines: readonly string[]): string => lines.map((line, n) => `${n + 1}. ${plain(line)}`).join("\n");
  const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${plain(line)}`).join("\n");
  const links = steps.links.map(({ title, url }) => `- [${plain(title)}](${url})`).join("\n");
  const parts: readonly (readonly [string, string])[] = [
    ["Old and new side by side", overlapText(steps.overlap, terms.overlapHours)],
    ["Make a new one", numbered(steps.issue)],
    ["Revoke the old one", numbered(steps.revoke)],
    ["What it could reach", bullets(steps.reach)],
    ["The provider's own pages", links],
  ];
  const filled = parts.filter(([, text]) => text !== "");
  return `### How it is rotated\n\n${filled.map(([name, text]) => `**${name}**\n\n${text}`).join("\n\n")}`;
}

function overlapText(overlap: RotationSteps["overlap"], hours: number): string {
  switch (overlap) {
    case "possible":
      return `Possible: put the new one in use first, and write ${code("/keyward rotated")}. The old one may live for ${hours} hours more.`;
    case "impossible":
      return `Not possible: what still uses the old one fails once there is a new one, so plan for the break. After ${code("/keyward rotated")} there is no overlap: the old one has to be dead at once.`;
    case "unknown":
      return "Not known: find out before you make a new one whether that ends the old one.";
  }
}
