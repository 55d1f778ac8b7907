import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeFromRun } from "../../dockerfile/edits/commandEdit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const bundlerInstallRedundant = defineRule({
	id: "bundler-install-redundant",
	title: "Bundler is installed beside the one that the image brings",
	category: "packages",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "ruby/redundant-bundler-install"]),
	onlyWith: { words: ["gem"] },
	why: "Ruby brings Bundler since version 2.6, and Bundler switches by itself to the version that `Gemfile.lock` asks for. `gem install bundler` adds whatever is newest on the day of the build, which may refuse the image's Ruby.",
	remedy: "Leave the command out; where a certain version is needed, name it: `gem install bundler:2.5.23`.",
	references: ["https://bundler.io/guides/bundler_2_upgrade.html", "https://hub.docker.com/_/ruby"],
	examples: [
		{ caption: "The one of the image", good: "FROM ruby:3.3\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install\n" },
		{
			caption: "What is there already",
			bad: "FROM ruby:3.3\nCOPY Gemfile Gemfile.lock ./\nRUN gem install «bundler» && bundle install\n",
			fixed: "FROM ruby:3.3\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install\n",
		},
		{
			caption: "Alone in its RUN, with Windows line breaks",
			bad: "FROM ruby:3.3-slim AS base\r\nRUN gem install --no-document «bundler»\r\nFROM base\r\n",
			fixed: "FROM ruby:3.3-slim AS base\r\nFROM base\r\n",
		},
		{
			caption: "A version, other gems, other images",
			good: "FROM ruby:3.3\nRUN gem install bundler:2.5.23 && gem install bundler -v 2 && gem install rake && gem install bundler rails && gem update bundler\nFROM debian:12\nRUN gem install bundler\nFROM ruby:2.5\nRUN gem install bundler\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const base = rootBase(stage);
			if (base.kind !== "image" || base.reference.repository !== "library/ruby" || /^(?:1|2\.[0-5])(?:\D|$)/.test(base.reference.tag ?? ""))
				continue;
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const word = call.operands[0];
					if (call.manager !== "gem" || call.verb !== "install" || call.operands.length !== 1 || word?.value !== "bundler") continue;
					if (callHasOption(call, "-v", "--version", "--pre", "--prerelease", "-i", "--install-dir")) continue;
					reports.push({
						span: word.span,
						message: "The ruby image brings Bundler already",
						tags: ["unnecessary"],
						fixes: () => fixesOf(step, call),
					});
				}
			}
		}
		return reports;
	},
});

function fixesOf(step: Step, { command }: PackageCall): readonly EditFix[] {
	if (command.decoded) return [];
	const edits = removeFromRun(step, [command]);
	return edits === undefined
		? []
		: [
				{
					title: "Remove the command",
					safety: "review",
					edits,
					note: "Bundler then has the version that came with Ruby, or that Gemfile.lock names.",
				},
			];
}
