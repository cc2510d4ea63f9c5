import type { Role } from "../../src/core/incident/rights.ts";
import type { CommandDesk, CommandRef } from "../../src/flows/ports/incident-commands.ts";

type Reply = Parameters<CommandDesk["answer"]>[1];

/** Comments in memory, by id, and what they were answered. */
export function fakeCommandDesk(): CommandDesk & {
  readonly write: (commentId: number, text: string, login?: string) => void;
  readonly setRole: (login: string, role: Role) => void;
  readonly setTeam: (team: string, logins: readonly string[]) => void;
  /** Has an issue say that it is about an incident. */
  readonly mark: (issueNumber: number, incidentId: string) => void;
  readonly said: ReadonlyMap<string, string>;
  readonly answers: ReadonlyMap<number, readonly Reply[]>;
} {
  const comments = new Map<number, { readonly text: string; readonly login: string }>();
  const roles = new Map<string, Role>();
  const teams = new Map<string, readonly string[]>();
  const answers = new Map<number, Reply[]>();
  const marked = new Map<number, string>();
  const said = new Map<string, string>();
  return {
    answers,
    said,
    write: (commentId, text, login = "alice") => void comments.set(commentId, { text, login }),
    mark: (issueNumber, incidentId) => void marked.set(issueNumber, incidentId),
    incidentIn: async ({ issueNumber }) => marked.get(issueNumber) ?? null,
    setRole: (login, role) => void roles.set(login, role),
    setTeam: (team, logins) => void teams.set(team, logins),
    comment: async ({ commentId }: CommandRef) => {
      const comment = comments.get(commentId);
      return comment ? { ...comment, ours: comment.login === "keyward[bot]" } : null;
    },
    roleOf: async (_, login) => roles.get(login) ?? "none",
    isInTeam: async (_, team, login) => teams.get(team)?.includes(login) ?? false,
    answer: async ({ commentId }, reply) => {
      // Said once, however often.
      if (!answers.has(commentId)) answers.set(commentId, [reply]);
    },
    say: async (_, { key, text }) => void said.set(key, text),
    ownLogin: async () => "keyward[bot]",
  };
}
