/** What can be set going from the issue of an incident by ticking a box. */
const buttons = ["revoke"] as const;
export type IssueButton = (typeof buttons)[number];

const marker = (button: IssueButton): string => `<!-- keyward:button:${button} -->`;

/** A task of a list (Markdown) that is a button: GitHub lets people tick it, and tells us who did. `text` is Markdown of one line. */
export const buttonLine = (button: IssueButton, text: string): string => `- [ ] ${marker(button)} ${text}`;

/** Whether a task, as it stands after its box, is a button: its tick asks for something and is never kept. */
export const isButton = (task: string): boolean => buttons.some((one) => task.startsWith(marker(one)));

/** The first button in a body that is ticked; null: none is. */
export function pressedButton(body: string): IssueButton | null {
  return (
    buttons.find((one) =>
      body.split(/\r?\n/).some((line) => /^- \[[xX]\] /.test(line) && line.startsWith(marker(one), 6)),
    ) ?? null
  );
}
