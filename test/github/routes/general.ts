import { notFound } from "../refusal.ts";
import { userShape } from "../shapes/accounts.ts";
import { accountByLogin } from "../world.ts";
import { rateHeaders, rateOf } from "./rate.ts";
import { asAnyone, ok, type Routes } from "./route.ts";

export const generalRoutes: Routes = {
  "meta/get": asAnyone(() =>
    ok({ verifiable_password_authentication: false, hooks: ["127.0.0.1/32"], git: ["127.0.0.1/32"] }),
  ),
  "rate-limit/get": asAnyone(({ world, actor }) => {
    const rate = rateOf(world, actor);
    return {
      ...ok({ resources: { core: rate, search: { ...rate, limit: 30, remaining: 30, used: 0 } }, rate }),
      headers: rateHeaders(rate),
    };
  }),
  "users/get-by-username": asAnyone(({ world, params }) => {
    const account = accountByLogin(world, params["username"] ?? "");
    if (account === undefined) throw notFound();
    const repositories = [...world.repositories.values()].filter(({ owner }) => owner.id === account.id);
    return ok({
      ...userShape(world, account),
      name: account.login,
      company: null,
      blog: null,
      location: null,
      email: null,
      hireable: null,
      bio: null,
      public_repos: repositories.filter(({ visibility }) => visibility === "public").length,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: account.createdAt,
      updated_at: account.createdAt,
    });
  }),
};
