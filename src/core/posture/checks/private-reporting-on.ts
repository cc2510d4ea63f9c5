import { fail, given, notApplicable, pass, type PostureCheck } from "../check.ts";

export const privateReportingOn: PostureCheck = {
  id: "private-reporting-on",
  subject: "repository",
  title: "A leak can be reported privately",
  why: "Who finds a leaked key in a public repository must be able to say so without telling everybody.",
  remedy: "Settings → Advanced Security → Private vulnerability reporting.",
  needs: ["repository", "privateReporting"],
  evaluate: ({ repository, privateReporting }) =>
    given(repository, ({ visibility }) =>
      visibility === "public"
        ? given(privateReporting, (on) => (on ? pass("on") : fail("off")))
        : notApplicable("only for public repositories"),
    ),
};
