/**
 * The readings: each point that the platforms' documents leave open, with every way in which an installation
 * may be built. A reading is a setting; this table gives each of its values a name that a person can read,
 * and draws one of them by seed.
 *
 * Invariant: the draw of one reading depends on the seed and its own name alone, so that a new reading
 * leaves the others as they were.
 */
import { randomStream } from "./faults/random-stream.ts";
import type { Settings, SettingsChange } from "./settings.ts";

type Way<Value> = readonly [value: Value, words: string];
type Reading = {
  readonly setting: keyof Settings;
  /** What the documents leave open. */
  readonly about: string;
  readonly ways: readonly Way<unknown>[];
};

function reading<Name extends keyof Settings>(
  setting: Name,
  left: { readonly about: string; readonly ways: readonly Way<Settings[Name]>[] },
): Reading {
  return { setting, ...left };
}

export const readings: readonly Reading[] = [
  reading("checkFlagWhenAbsent", {
    about: "a check of a todo that is not there",
    ways: [
      [true, "answers check:true"],
      [false, "answers check:false"],
    ],
  }),
  reading("actionZeros", {
    about: "zeros in actiontype, and fields that it leaves out",
    ways: [
      ["nothing", "change nothing"],
      ["unread", "make the todo unread"],
      ["undo", "make the todo unread and undone"],
    ],
  }),
  reading("newOpenId", {
    about: "a new openId under an old sourceId",
    ways: [
      ["created", "is created"],
      ["ignored", "is ignored"],
    ],
  }),
  reading("createAfterDelete", {
    about: "a create after a delete",
    ways: [
      ["ignored", "is ignored"],
      ["created", "makes a new todo"],
    ],
  }),
  reading("emptyData", {
    about: "an answer without data",
    ways: [
      ["document", "looks as documented"],
      ["object", "has an empty object"],
      ["null", "has null"],
      ["absent", "has no field for it"],
      ["text", "has an empty text"],
      ["list", "has an empty list"],
    ],
  }),
  reading("successForm", {
    about: "success",
    ways: [
      ["document", "has the documented type"],
      ["swapped", "is a boolean where text is documented, and the other way round"],
    ],
  }),
  reading("queryByDay", {
    about: "queryByDay",
    ways: [
      ["created", "gives what was created that day"],
      ["occurring", "gives what takes place that day"],
      ["starting", "gives what starts that day"],
    ],
  }),
  reading("teamWorksOrder", {
    about: "teamWorks",
    ways: [
      ["oldest", "gives the oldest first"],
      ["newest", "gives the newest first"],
    ],
  }),
  reading("scheduleDetail", {
    about: "newwork/detail",
    ways: [
      [true, "exists"],
      [false, "does not exist"],
    ],
  }),
  reading("batchReach", {
    about: "a batch operation by a child",
    ways: [
      ["onwards", "reaches it and those after it"],
      ["whole", "reaches the whole series"],
    ],
  }),
  reading("refreshKillsOldToken", {
    about: "refreshing a token",
    ways: [
      [false, "leaves the old one alive"],
      [true, "kills the old one"],
    ],
  }),
  reading("tokenRefusal", {
    about: "a dead token",
    ways: [
      ["401", "is refused with HTTP 401"],
      ["200", "is refused with HTTP 200 and a code of its own"],
    ],
  }),
  reading("duplicateBizTask", {
    about: "a repeated bizTaskId",
    ways: [
      ["same", "is answered with the stored task"],
      ["empty", "is answered with empty data"],
      ["foreign", "is answered with somebody else's task"],
    ],
  }),
  reading("taskPeople", {
    about: "the people of a task",
    ways: [
      ["assignee", "are called creator and assignee"],
      ["assigneeUserInfo", "are called creatorUserInfo and assigneeUserInfo"],
    ],
  }),
  reading("hainanRefusal", {
    about: "a refused task",
    ways: [
      ["inner", "makes the inner success false"],
      ["both", "makes both successes false"],
    ],
  }),
];

/** One way of each reading, by seed. */
export function drawReadings(seed: string): SettingsChange {
  const drawn = readings.map(({ setting, ways }) => {
    const place = Math.floor(randomStream(`${seed}:reading:${setting}`)() * ways.length);
    return [setting, ways[place]?.[0]];
  });
  return Object.fromEntries(drawn) as SettingsChange;
}

/**
 * The next way of each reading, after the last one the first again; `without` names values to leave out, or
 * readings that stay.
 */
export function nextReadings(settings: Settings, without: readonly unknown[] = []): SettingsChange {
  const next = readings.map(({ setting, ways }) => {
    if (without.includes(setting)) return [setting, settings[setting]];
    const playable = ways.map(([value]) => value).filter((value) => !without.includes(value));
    return [setting, playable[(playable.indexOf(settings[setting]) + 1) % playable.length]];
  });
  return Object.fromEntries(next) as SettingsChange;
}

type PlayedReading = {
  readonly setting: keyof Settings;
  readonly value: unknown;
  /** Whether it is the default: the reading that is played without a seed. */
  readonly isDefault: boolean;
  /** A whole clause: "a new openId under an old sourceId is ignored". */
  readonly words: string;
};

export function playedReadings(settings: Settings): PlayedReading[] {
  return readings.map(({ setting, about, ways }) => {
    const value = settings[setting];
    const place = ways.findIndex(([known]) => known === value);
    return { setting, value, isDefault: place === 0, words: `${about} ${ways[place]?.[1] ?? String(value)}` };
  });
}
