import { formatRules } from "../scan/formats/find-formats.ts";
import { genericRules } from "../scan/generic/generic-rules.ts";
import { urlRule } from "../scan/generic/find-url-credentials.ts";
import type { Provider } from "./provider.ts";

const none = { homepage: null, docs: [], playbooks: [], probes: [], revocations: [] };

/**
 * Databases, for passwords in URLs (`postgres://user:password@host/name`). Which database it is shows in the URL; asked is
 * PostgreSQL alone, what else stands in such a URL is unknown.
 */
const databases: Provider = {
  ...none,
  slug: "postgresql",
  name: "PostgreSQL",
  homepage: "https://www.postgresql.org",
  ruleIds: [urlRule],
  probes: [
    {
      rules: [urlRule],
      special: "postgres",
      docs: "https://www.postgresql.org/docs/current/errcodes-appendix.html",
    },
  ],
  playbooks: [
    {
      rules: [urlRule],
      issue: [
        "Make a second role with the rights of the old one and a new random password: CREATE ROLE … LOGIN PASSWORD … IN ROLE ….",
        "Let the software connect as the new role, with its URL in the manager of secrets.",
      ],
      revoke: [
        "Change the old role's password (ALTER ROLE … PASSWORD …), or take its login away (ALTER ROLE … NOLOGIN).",
        "End the sessions that are open with it: pg_terminate_backend on its rows of pg_stat_activity.",
        "If the URL is not one of PostgreSQL: change the password of the account in the URL, at the service it names.",
      ],
      reach: [
        "Everything the account may do at the service the URL names, from wherever that can be reached.",
        "For the owner of a database: all its data, read and changed.",
      ],
      overlap: "possible",
      links: [
        { title: "PostgreSQL: ALTER ROLE", url: "https://www.postgresql.org/docs/current/sql-alterrole.html" },
        {
          title: "PostgreSQL: password authentication",
          url: "https://www.postgresql.org/docs/current/auth-password.html",
        },
      ],
    },
  ],
};

/** Credentials of nobody in particular. */
const generic: Provider = {
  ...none,
  slug: "generic",
  name: "Generic",
  ruleIds: [...genericRules, ...formatRules].map(({ id }) => id).filter((id) => id !== urlRule),
};

/** The providers of rule files together with those of detectors. */
export function allProviders(fromFiles: readonly Provider[]): readonly Provider[] {
  return [...fromFiles, databases, generic];
}
