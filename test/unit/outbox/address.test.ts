import { describe, expect, it } from "vitest";
import { databaseUrlProblem, parseDatabaseUrl } from "../../../src/outbox/address.ts";

describe("the address of a database", () => {
  it.each([
    [
      "postgresql://bida:p%40ss@db:6432/oa",
      { dialect: "postgresql", host: "db", port: 6432, password: "p@ss" },
    ],
    [
      "postgres://bida@[::1]/oa",
      { dialect: "postgresql", host: "::1", port: 5432, user: "bida", password: "" },
    ],
    ["mysql://bida:x@db/oa%20x", { dialect: "mysql", port: 3306, database: "oa x" }],
    ["mariadb://bida@db/oa", { dialect: "mysql" }],
  ])("is read from %s", (url, parts) => {
    expect(databaseUrlProblem(url)).toBeNull();
    expect(parseDatabaseUrl(url)).toMatchObject(parts);
  });

  it.each([
    ["oracle://bida@db/oa", /postgresql:\/\/user/],
    ["not a URL", /postgresql:\/\/user/],
    ["postgresql://db/oa", /a user/],
    ["postgresql://bida@db", /name of a database/],
    ["postgresql://bida@db/oa/x", /name of a database/],
    ["postgresql://bida@db/oa?sslmode=disable", /tls and caFile/],
    ["postgresql://bida:100%@db/oa", /%25/],
  ])("refuses %s, without repeating it", (url, problem) => {
    expect(databaseUrlProblem(url)).toMatch(problem);
    expect(databaseUrlProblem(url)).not.toContain(url);
  });
});
