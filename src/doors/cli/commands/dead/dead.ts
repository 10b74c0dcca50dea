import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addDiscard, addReplay } from "./act.ts";
import { addEdit } from "./edit.ts";
import { addExport } from "./export.ts";
import { addGroups, addLs, addShow } from "./look.ts";

export function addDead(program: Command, cli: Cli): void {
  const dead = program.command("dead").description("dead letters: look, replay, edit, discard, export");
  for (const add of [addLs, addShow, addGroups, addReplay, addEdit, addDiscard, addExport]) add(dead, cli);
}
