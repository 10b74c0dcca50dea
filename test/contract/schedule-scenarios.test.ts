import { describeScenarios } from "./scenario/describe.ts";
import { hostileScenarios } from "./scenario/hostile.ts";
import { aSchedule, scheduleScenarios, scheduleSuite, scheduleWeather } from "./scenario/schedules.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const hostile = hostileScenarios({
  order: aSchedule(),
  create: "schedule.create",
  read: "schedule.detail",
  harmless: "schedule.teamWorks",
});

describeScenarios(scheduleSuite, [...scheduleScenarios, ...hostile, ...SEEDS.map(scheduleWeather)]);
