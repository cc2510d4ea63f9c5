import type { Verb } from "./commands.ts";

/** What a person may do in a repository, weakest first, as GitHub names it. */
export const roles = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof roles)[number];

/** Who may say a verb: whoever has the role (or a stronger one), or is in one of the teams (`org/team`). */
export type Right = { readonly role: Role; readonly teams: readonly string[] };
export type Rights = Readonly<Record<Verb, Right>>;

const from = (role: Role): Right => ({ role, teams: [] });

/**
 * Where nothing is configured: who can write sees to it, who maintains decides. What closes an incident without proof, or cannot be
 * undone, is a decision.
 */
export const defaultRights: Rights = {
  rotated: from("write"),
  contain: from("write"),
  assess: from("write"),
  recover: from("write"),
  verify: from("write"),
  assign: from("write"),
  snooze: from("write"),
  reopen: from("write"),
  rescan: from("write"),
  status: from("read"),
  export: from("read"),
  help: from("read"),
  attest: from("maintain"),
  revoke: from("maintain"),
  class: from("maintain"),
  dismiss: from("maintain"),
  allow: from("maintain"),
  deny: from("maintain"),
  drill: from("maintain"),
};

/** Who may ask for what only others may decide. Whoever brought a secret in may ask as well. */
export const rightToAsk: Right = from("write");

/** Whether a role is enough; teams are looked up by whoever asks. */
export const isEnough = (role: Role, { role: needed }: Right): boolean => roles.indexOf(role) >= roles.indexOf(needed);
