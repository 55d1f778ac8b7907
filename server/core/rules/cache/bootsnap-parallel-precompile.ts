import { baseName } from "../../baseName.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const bootsnapParallelPrecompile = defineRule({
	id: "bootsnap-parallel-precompile",
	title: "bootsnap compiles in parallel processes",
	category: "cache",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "ruby/bootsnap-precompile-without-j1"]),
	onlyWith: { words: ["bootsnap"] },
	why: "`bootsnap precompile` starts a process for each processor. Under emulation, as in builds for another platform, these processes crash or hang now and then.",
	remedy: "Add `-j 1`: one process, as the Dockerfile of new Rails applications does it.",
	references: ["https://github.com/rails/bootsnap/issues/495"],
	examples: [
		{
			caption: "As many processes as there are processors",
			bad: "FROM ruby:3.3\nRUN bundle install && bundle exec bootsnap «precompile» --gemfile\n",
			fixed: "FROM ruby:3.3\nRUN bundle install && bundle exec bootsnap precompile -j 1 --gemfile\n",
		},
		{ caption: "One process", good: "FROM ruby:3.3\nRUN bundle install && bundle exec bootsnap precompile -j 1 --gemfile\n" },
		{
			caption: "As many as there are processors",
			bad: "FROM ruby:3.3\nRUN bundle install && bundle exec bootsnap «precompile» --gemfile\nRUN ./bin/bootsnap «precompile» app/ lib/\n",
			fixed:
				"FROM ruby:3.3\nRUN bundle install && bundle exec bootsnap precompile -j 1 --gemfile\nRUN ./bin/bootsnap precompile -j 1 app/ lib/\n",
		},
		{
			caption: "A number, or something else",
			good: "FROM ruby:3.3\nRUN bundle exec bootsnap precompile -j 1 --gemfile && bootsnap precompile -j0 app && bootsnap precompile --jobs=2 app && bootsnap --help && bundle exec rails assets:precompile\n",
		},
	],
	check(file) {
		if (!file.text.includes("bootsnap")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					const word = precompileOf(command);
					if (word === undefined || command.decoded) continue;
					reports.push({
						span: word.span,
						message: "bootsnap precompile runs a process for each processor",
						fixes: [{ title: "Add -j 1", safety: "review", edits: [insertAfter(word.span, " -j 1")] }],
					});
				}
			}
		}
		return reports;
	},
});

/** The word `precompile` of a call without a number of processes. */
function precompileOf({ name, args }: ShellCommand): ShellWord | undefined {
	const words = name === undefined ? args : [name, ...args];
	const program = words.findIndex((word) => baseName(word.value ?? "") === "bootsnap");
	const verb = words[program + 1];
	// `bundle exec bootsnap` is one command; a wrapper would name it once more.
	if (program === -1 || verb?.value !== "precompile" || (program > 0 && words[program - 1]?.value !== "exec")) return undefined;
	return words.some((word) => /^(?:-j|--jobs)/.test(word.text)) ? undefined : verb;
}
