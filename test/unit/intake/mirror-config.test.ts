/**
 * A mirror's configuration: its two ends must be what they are said to be.
 */
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config/config.ts";

const text = (mirror: string): string => `accounts:
  yzj: { platform: yunzhijia, appId: a, appSecret: "\${env:SECRET}" }
  mall: { platform: yunzmall, baseUrl: "https://mall.example/business/1" }
mirrors:
  - ${mirror}
`;

describe("a mirror in the configuration", () => {
  it("leads from a yunzmall account to a yunzhijia account", () => {
    const { mirrors } = parseConfig(text(`{ from: mall, to: yzj, recipients: { "2": ann } }`), {
      path: "b.yaml",
      env: {
        SECRET: "s",
      },
    });

    expect(mirrors).toEqual([
      {
        from: "mall",
        to: "yzj",
        lists: ["waitHandle", "unread"],
        everySeconds: 30,
        recipients: { 2: "ann" },
      },
    ]);
  });

  it.each([
    ["{ from: yzj, to: yzj, recipients: {} }", "mirrors.0.from: expected the name of an account of yunzmall"],
    [
      "{ from: mall, to: mall, recipients: {} }",
      "mirrors.0.to: expected the name of an account of yunzhijia",
    ],
    ["{ from: mal, to: yzj, recipients: {} }", "mal: there is no such account"],
    ["{ from: mall, to: yzj, recipients: {}, url: nowhere }", "mirrors.0.url: expected a URL"],
    ["{ from: mall, to: yzj, recipients: {}, lists: [read] }", "mirrors.0.lists.0"],
  ])("%s is refused with file, line and field", (mirror, sentence) => {
    expect(() => parseConfig(text(mirror), { path: "b.yaml", env: { SECRET: "s" } })).toThrow(sentence);
    expect(() => parseConfig(text(mirror), { path: "b.yaml", env: { SECRET: "s" } })).toThrow(/^b\.yaml:5: /);
  });
});
