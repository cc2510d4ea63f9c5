import { given, notApplicable, passUnless, type PostureCheck } from "../check.ts";

export const deployKeysReadOnly: PostureCheck = {
  id: "deploy-keys-read-only",
  subject: "repository",
  title: "Deploy keys can only read",
  why: "Whoever takes a key that can write from a server can change what everybody builds.",
  remedy:
    "Add the key again without “Allow write access”, or let the writing be done by an app with a token that expires.",
  needs: ["deployKeys"],
  evaluate: ({ deployKeys }) =>
    given(deployKeys, (keys) =>
      keys.length === 0
        ? notApplicable("there are no deploy keys")
        : passUnless(
            keys.filter(({ readOnly }) => !readOnly).map(({ title }) => `“${title}” can write`),
            `${keys.length} keys, all read-only`,
          ),
    ),
};
