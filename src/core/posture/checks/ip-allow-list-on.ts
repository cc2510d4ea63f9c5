import { fail, given, notApplicable, pass, type PostureCheck } from "../check.ts";

export const ipAllowListOn: PostureCheck = {
  id: "ip-allow-list-on",
  subject: "organization",
  title: "Only known addresses reach the organization",
  why: "A stolen token is then of no use from elsewhere.",
  remedy: "Organization settings → Authentication security → IP allow list: add your networks, then enable it.",
  needs: ["ipAllowList"],
  evaluate: ({ ipAllowList }) =>
    given(ipAllowList, (on) =>
      on === null ? notApplicable("not offered for this organization's plan") : on ? pass("on") : fail("off"),
    ),
};
