import { expect } from "chai";
import { readConfig } from "../../service/config.ts";

describe("The configuration of who may come", () => {
  const configure = (environment: Readonly<Record<string, string>>) => () => readConfig(environment);

  it("needs credentials or a token on an address that others reach", () => {
    for (const HOST of ["0.0.0.0", "::", "10.0.0.1", "data.example", "128.0.0.1"]) {
      expect(configure({ HOST })).to.throw(/^HOST: .*AUTH_USER and AUTH_PASSWORD, or AUTH_TOKEN/);
      expect(configure({ HOST, AUTH_USER: "a", AUTH_PASSWORD: "long enough" })).to.not.throw();
      expect(configure({ HOST, AUTH_TOKEN: "0123456789abcdef" })).to.not.throw();
    }
    for (const HOST of ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
      expect(configure({ HOST })).to.not.throw();
  });

  it("names the key that is wrong, and never tells a secret", () => {
    const wrong: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ["AUTH_USER", { AUTH_PASSWORD: "long enough" }],
      ["AUTH_USER", { AUTH_USER: "with:colon", AUTH_PASSWORD: "long enough" }],
      ["AUTH_PASSWORD", { AUTH_USER: "a", AUTH_PASSWORD: "short" }],
      ["AUTH_TOKEN", { AUTH_TOKEN: "short" }],
      ["AUTH_TOKEN", { AUTH_TOKEN: "with white space in it" }],
      ["ALLOWED_HOSTS", { ALLOWED_HOSTS: "http://data.example" }],
      ["ALLOWED_HOSTS", { ALLOWED_HOSTS: "a,,b" }],
      ["TRUSTED_PROXIES", { TRUSTED_PROXIES: "10.0.0.0/33" }],
      ["TRUSTED_PROXIES", { TRUSTED_PROXIES: "proxy" }],
      ["RATE_LIMIT_PER_MINUTE", { RATE_LIMIT_PER_MINUTE: "-1" }],
      ["SIGN_IN_FAILURES_PER_MINUTE", { SIGN_IN_FAILURES_PER_MINUTE: "many" }],
      ["SESSION_HOURS", { SESSION_HOURS: "0" }],
      ["MAX_QUEUED_RECORDS", { MAX_QUEUED_RECORDS: "0" }],
    ];
    for (const [key, environment] of wrong) {
      expect(configure(environment), key).to.throw(new RegExp(`^${key}: `));
      for (const secret of [environment.AUTH_PASSWORD, environment.AUTH_TOKEN]) {
        if (secret !== undefined) expect(configure(environment)).to.not.throw(secret);
      }
    }
  });
});
