import { describeScenarios } from "./scenario/describe.ts";
import { scheduleScenarios, scheduleSuite, scheduleWeather } from "./scenario/schedules.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

describeScenarios(scheduleSuite, [...scheduleScenarios, ...SEEDS.map(scheduleWeather)]);
