import type { FixPorts } from "../../src/app/worker/fix-jobs.ts";
import type { PosturePorts } from "../../src/app/worker/posture-job-handlers.ts";

const none = (): Promise<never> => Promise.reject(new Error("no posture is looked at here"));

/** No repository's posture is looked at. */
export const noPostures: Omit<PosturePorts & FixPorts, "clock" | "log" | "queue"> = {
  postures: {
    plan: none,
    planAll: none,
    due: none,
    begin: none,
    byId: none,
    save: none,
    noteFiling: none,
    forget: none,
    keepOnly: none,
    ofInstallation: none,
    planOrganization: none,
    dueOrganizations: none,
    beginOrganization: none,
    organization: none,
    saveOrganization: none,
    noteSummary: none,
    keepOnlyInstallations: none,
  },
  board: { showCheck: none, bringIssue: none, bringSummary: none },
  installations: { all: none, repositoriesOf: none },
  keptAnswers: { of: none, keep: none, forget: none, dropUnused: none },
  findRepository: none,
  postureConfigOf: none,
  organizationConfigOf: none,
  gatherFacts: none,
  appId: 1,
  version: "0",
  settleSeconds: 60,
  fixDesk: {
    granted: none,
    ruleset: none,
    commitOfTag: none,
    proposal: none,
    lastEditor: none,
    audited: none,
    send: none,
  },
  hashOf: () => "",
  fixes: { byId: none, save: none, noteChange: none, changesOf: none },
  reportDrifts: none,
  ownLogin: none,
};
