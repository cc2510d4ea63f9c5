import { ProbotOctokit } from "probot";
import type { LocalGithub } from "../local-github.ts";

/** Probot's client without its waiting: a test of one answer must see that answer. */
const impatient = {
  retry: { enabled: false },
  throttle: { enabled: false } as const,
  log: { debug() {}, info() {}, warn() {}, error() {} },
};

/** A client that asks as the app. */
export const appClient = ({ app, apiUrl }: LocalGithub): ProbotOctokit =>
  new ProbotOctokit({ ...impatient, baseUrl: apiUrl, auth: { appId: app.id, privateKey: app.privateKey } });

/** A client that asks as one installation. */
export const installationClient = ({ app, apiUrl }: LocalGithub, installationId: number): ProbotOctokit =>
  new ProbotOctokit({
    ...impatient,
    baseUrl: apiUrl,
    auth: { appId: app.id, privateKey: app.privateKey, installationId },
  });
