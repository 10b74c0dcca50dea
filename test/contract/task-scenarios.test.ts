import { describeScenarios } from "./scenario/describe.ts";
import { taskScenarios, taskSuite, taskWeather } from "./scenario/tasks.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

describeScenarios(taskSuite, [...taskScenarios, ...SEEDS.map(taskWeather)]);
