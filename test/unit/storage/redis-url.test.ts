import { describe, expect, it } from "vitest";
import { parseRedisUrl, redisUrlProblem } from "../../../src/storage/redis-url.ts";

describe("a URL of Redis", () => {
  it.each([
    ["redis://redis.example", { host: "redis.example", port: 6379, db: 0, isTls: false }],
    ["redis://[::1]:7000/3", { host: "::1", port: 7000, db: 3 }],
    ["rediss://redis.example/", { db: 0, isTls: true }],
    ["redis://:p%25%23%2F%40x@h:1/2", { username: null, password: "p%#/@x", host: "h", port: 1, db: 2 }],
    ["redis://user:pw@h", { username: "user", password: "pw" }],
  ])("%s is parsed", (url, parts) => {
    expect(redisUrlProblem(url)).toBeNull();
    expect(parseRedisUrl(url)).toMatchObject(parts);
  });

  it.each([
    ["redis://h/2/", "expected a number as the database"],
    ["redis://h/bida", "expected a number as the database"],
    ["redis://h/-1", "expected a number as the database"],
    ["redis://h/0x1", "expected a number as the database"],
    ["redis://h/1?family=6", "expected nothing after the database"],
    ["redis://h/1#x", "expected nothing after the database"],
    ["redis://:s3cr#t@h:6379", "percent-encoded"],
    ["redis://:s3cr/t@h:6379", "percent-encoded"],
    ["redis://:12/34@h:6379", "percent-encoded"],
    ["redis://s3cr:12/34@h:6379", "percent-encoded"],
    ["redis://:s3cr?t@h:6379", "percent-encoded"],
    ["redis://:s3cr@t@h:6379", "percent-encoded"],
    ["redis://:s3cr%t@h:6379", "percent-encoded"],
    ["redis://:s3cr%ff@h:6379", "percent-encoded"],
    ["redis://", "expected a"],
    ["redis:///3", "expected a"],
    ["redis://h:0", "expected a port"],
    ["http://h", "expected a URL like redis://"],
    ["h:6379", "expected a URL like redis://"],
  ])("%s is refused without being repeated", (url, words) => {
    const problem = redisUrlProblem(url) ?? "";
    expect(problem).toContain(words);
    expect(problem).not.toContain("s3cr");
  });
});
