import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertCommandBefore } from "../../dockerfile/edits/commandEdit.ts";
import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { hasHiddenFlags, type RememberedFlag, rememberedFlags } from "../../dockerfile/packages/bundlerFlags.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const bundlerFlagsDeprecated = defineRule({
	id: "bundler-flags-deprecated",
	title: "bundle install is called with options that Bundler has removed",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "ruby/deprecated-bundler-install-flags"]),
	onlyWith: { words: ["bundle", "bundler"] },
	why: "`--without`, `--path`, `--deployment` and their like were remembered by Bundler for later calls, which surprised so many that Bundler 2.1 deprecated them; Bundler 4 refuses them. The build fails with the next Ruby image.",
	remedy:
		"Say it with settings: `bundle config set --local without 'development test'` in front of `bundle install`, or `ENV BUNDLE_WITHOUT=\"development:test\"`, `BUNDLE_DEPLOYMENT=1`, `BUNDLE_PATH=…` for the stage.",
	references: [
		"https://bundler.io/man/bundle-install.1.html",
		"https://bundler.io/man/bundle-config.1.html",
		"https://github.com/rubygems/rubygems/blob/master/doc/bundler/UPGRADING.md",
	],
	examples: [
		{ caption: "A setting", good: "FROM ruby:3.3\nRUN bundle config set --local without 'development test' && bundle install --jobs 4\n" },
		{
			caption: "Groups and a path",
			bad: "FROM ruby:3.3\nRUN bundle install «--without» development test --path vendor/bundle --jobs 4\n",
			fixed:
				"FROM ruby:3.3\nRUN bundle config set --local without 'development test' && bundle config set --local path vendor/bundle && bundle install --jobs 4\n",
		},
		{
			caption: "On several lines, in front of other commands",
			bad: "FROM ruby:3.3\r\nRUN gem install bundler && \\\r\n    bundle install \\\r\n      -j4 \\\r\n      «--deployment» \\\r\n      --without=development:test && \\\r\n    mkdir /x\r\n",
			fixed:
				"FROM ruby:3.3\r\nRUN gem install bundler && \\\r\n    bundle config set --local deployment true && \\\r\n    bundle config set --local without 'development test' && \\\r\n    bundle install \\\r\n      -j4 \\\r\n      && \\\r\n    mkdir /x\r\n",
		},
		{
			caption: "Without a subcommand, or with a variable",
			bad: 'FROM ruby:3.3\nRUN bundle «--deployment»\nRUN bundle install «--path» "$GEMS"\nRUN bundle install «--without» $GROUPS\n',
			fixed:
				'FROM ruby:3.3\nRUN bundle config set --local deployment true && bundle\nRUN bundle config set --local path "$GEMS" && bundle install\nRUN bundle install --without $GROUPS\n',
		},
		{
			caption: "A variable brings more of them",
			bad: 'FROM ruby:3.3\nARG OPTIONS="--jobs=8 --without development test"\nRUN bundle install «--system» $OPTIONS\n',
		},
		{
			caption: "Settings, and options that stay",
			good: "FROM ruby:3.3\nENV BUNDLE_WITHOUT=development:test\nRUN bundle config set --local without test && bundle install --jobs 4 --retry 3 --quiet --gemfile=/a/Gemfile && bundle config --global path x && bundle package --path y && bundle exec rake --deployment\n",
		},
		{
			caption: "The last words of two lines: nothing to offer",
			bad: "FROM ruby:3.3\nRUN bundle install «--deployment» \\\n--without=d\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const flags = rememberedFlags(call);
					const first = flags[0];
					if (first?.spans[0] === undefined) continue;
					const names = [...new Set(flags.map(({ name }) => name))].join(", ");
					reports.push({
						span: first.spans[0],
						message: `Bundler 4 refuses ${names} of bundle install`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						tags: ["deprecated"],
						fixes: () => fixesOf(step, call, flags),
					});
				}
			}
		}
		return reports;
	},
});

function fixesOf(step: Step, call: PackageCall, flags: readonly RememberedFlag[]): readonly EditFix[] {
	// Where a variable brings others, those would stay.
	if (call.command.decoded || flags.some(({ value }) => value === undefined) || hasHiddenFlags(step, call)) return [];
	const settings = flags.map(({ setting, value }) => `bundle config set --local ${setting} ${value}`);
	const insertion = insertCommandBefore(step, call.command, ...settings);
	const removals = neighbours(step.stage.file, flags).map((spans) => removalOf(step, spans));
	if (insertion === undefined || removals.some((removal) => removal === undefined)) return [];
	const edits = removals.filter((removal): removal is SpanEdit => removal !== undefined);
	// Of two that end two lines, each would take the same blank along.
	if (edits.some(({ span }, index) => span.start < (edits[index - 1]?.span.end ?? 0))) return [];
	return [
		{
			title: "Use bundle config",
			safety: "review",
			edits: [insertion, ...edits],
			note: "Bundler before 2.1 has no bundle config set.",
		},
	];
}

/** The places of options, those that follow each other on a line as one. */
function neighbours({ text }: Dockerfile, flags: readonly RememberedFlag[]): readonly (readonly Span[])[] {
	const groups: Span[][] = [];
	for (const { spans } of flags) {
		const last = groups.at(-1);
		const end = last?.at(-1)?.end;
		if (last !== undefined && end !== undefined && /^[ \t]+$/.test(text.slice(end, spans[0]?.start))) last.push(...spans);
		else groups.push([...spans]);
	}
	return groups;
}

/** An option and its values go together, where they stand on one line. */
function removalOf(step: Step, spans: readonly Span[]): SpanEdit | undefined {
	const first = spans[0];
	const last = spans[spans.length - 1];
	if (first === undefined || last === undefined) return undefined;
	const { file } = step.stage;
	const between = file.text.slice(first.start, last.end);
	return between.includes("\n") ? undefined : removeArgument(file, { start: first.start, end: last.end });
}
