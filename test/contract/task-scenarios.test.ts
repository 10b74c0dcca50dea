import { describeScenarios } from "./scenario/describe.ts";
import { hostileScenarios } from "./scenario/hostile.ts";
import { aTask, taskScenarios, taskSuite, taskWeather } from "./scenario/tasks.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const hostile = hostileScenarios({ order: aTask(), create: "task.create", read: null, harmless: null });

describeScenarios(taskSuite, [...taskScenarios, ...hostile, ...SEEDS.map(taskWeather)]);
