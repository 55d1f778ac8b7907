import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellVariableAt, wordAt } from "../../dockerfile/commands/shellVariables.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import { appendCleaning } from "../../dockerfile/layers/layerCleaning.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { callOption } from "../../dockerfile/packages/callWords.ts";
import { mayBeConfigured } from "../../dockerfile/packages/configurations.ts";
import { installedPackages } from "../../dockerfile/packages/installedPackages.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { isOfficialRuby, mayMoveBundle, officialGemHome } from "../../dockerfile/packages/rubyGems.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import type { EditFix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const DOCUMENTATION = "documentation";

/** Settings that move the gems, or leave out documentation, and the file that may hold such settings. */
const GEMS_MOVED = /\bgemhome\b|--install-dir/;
const UNDOCUMENTED = /--?no-(?:document|ri|rdoc)/;
const GEM_FILES = /gemrc/;

export const bundlerCacheKept = defineRule({
	id: "bundler-cache-kept",
	title: "Downloaded gems or their documentation stay in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "ruby/leftover-bundler-cache"]),
	subCodes: { [DOCUMENTATION]: "gem install writes documentation that nobody reads in a container" },
	onlyWith: { words: ["bundle", "bundler", "gem"] },
	why: "Bundler and RubyGems keep the archive of every gem beside the unpacked one, and `gem install` writes documentation for each. In a container nobody installs from the archives or reads the pages: it is weight that each host pulls and stores.",
	remedy:
		'Remove the archives in the RUN that installs (`rm -rf /usr/local/bundle/cache ~/.bundle/cache`, or `"${BUNDLE_PATH}"/ruby/*/cache`), and call `gem install --no-document`. A cache mount keeps the downloads for the next build and out of the layer.',
	references: ["https://bundler.io/man/bundle-install.1.html", "https://guides.rubygems.org/command-reference/#gem-install"],
	examples: [
		{
			caption: "Removed by the RUN that installs",
			good: "FROM ruby:3.3\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install && rm -rf /usr/local/bundle/cache\n",
		},
		{
			caption: "The archives stay",
			bad: "FROM ruby:3.3\nCOPY Gemfile Gemfile.lock ./\nRUN bundle «install» --jobs 4\n",
			fixed: "FROM ruby:3.3\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install --jobs 4 && rm -rf ~/.bundle/cache /usr/local/bundle/cache\n",
		},
		{
			caption: "In the place that the file names",
			bad: "FROM ruby:3.3-slim\r\nENV BUNDLE_PATH=/bundle\r\nRUN gem update --system && \\\r\n  # all of them\r\n  bundle «install»\r\n",
			fixed:
				'FROM ruby:3.3-slim\r\nENV BUNDLE_PATH=/bundle\r\nRUN gem update --system && \\\r\n  # all of them\r\n  bundle install && \\\r\n  rm -rf ~/.bundle/cache "${BUNDLE_PATH}"/ruby/*/cache\r\n',
		},
		{
			caption: "Archives of single gems",
			bad: "FROM ruby:3.3\nRUN gem install bundler && gem «install» rails:8.0.0\nRUN gem install foreman && bundle «install»\n",
			fixed:
				"FROM ruby:3.3\nRUN gem install bundler && gem install rails:8.0.0 && rm -rf /usr/local/bundle/cache\nRUN gem install foreman && bundle install && rm -rf ~/.bundle/cache /usr/local/bundle/cache\n",
		},
		{
			caption: "In another place, not from the network, or removed",
			good: "FROM ruby:3.3\nRUN gem install -i /gems a && gem install --user-install b && gem install $GEMS && gem install pkg/c.gem\nRUN --mount=type=cache,target=/usr/local/bundle/cache gem install d\nENV GEM_HOME=/gems\nRUN gem install e\nFROM ruby:3.3\nARG G\nENV GEM_HOME=$G\nRUN gem install f && bundle install\n",
		},
		{
			caption: "GEM_HOME that says the same",
			bad: "FROM ruby:3.3\nENV GEM_HOME=/usr/local/bundle/\nRUN gem «install» a\n",
			fixed: "FROM ruby:3.3\nENV GEM_HOME=/usr/local/bundle/\nRUN gem install a && rm -rf /usr/local/bundle/cache\n",
		},
		{
			caption: "Documentation is written",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y ruby && gem «install» fpm && gem «update» --system\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y ruby && gem install --no-document fpm && gem update --no-document --system\n",
		},
		{
			caption: "Removed, or on a mount",
			good: 'FROM ruby:3.3\nRUN bundle install && rm -rf /usr/local/bundle/cache\nRUN bundle install && rm -rf ~/.bundle/ "${BUNDLE_PATH}"/ruby/*/cache\nRUN bundle install && find /usr/local/bundle -name "*.gem" -delete\nRUN --mount=type=cache,target=/usr/local/bundle/cache bundle install\n',
		},
		{
			caption: "No documentation; the official image writes none",
			good: "FROM debian:12\nRUN gem install --no-document a && gem install -N b && gem install --no-ri --no-rdoc c\nFROM debian:12\nRUN echo 'gem: --no-document' > /etc/gemrc\nRUN gem install a\nFROM ruby:3.3\nRUN gem install a && rm -rf /usr/local/bundle/cache\nFROM acme/ruby:1\nRUN gem install a\n",
		},
		{
			caption: "Alpine's Ruby writes documentation only with another package",
			bad: "FROM alpine:3.20 AS a\nRUN apk add ruby && gem install a\nFROM alpine:3.20\nRUN apk add ruby ruby-rdoc && gem «install» a\n",
			fixed:
				"FROM alpine:3.20 AS a\nRUN apk add ruby && gem install a\nFROM alpine:3.20\nRUN apk add ruby ruby-rdoc && gem install --no-document a\n",
		},
		{
			caption: "A Ruby from elsewhere",
			bad: "FROM alpine:3.20\nRUN apk add ruby\nCOPY --from=ruby:3.3-alpine /usr/local /usr/local\nRUN gem «install» a\n",
			fixed: "FROM alpine:3.20\nRUN apk add ruby\nCOPY --from=ruby:3.3-alpine /usr/local /usr/local\nRUN gem install --no-document a\n",
		},
		{
			caption: "Packages that nobody knows",
			bad: "FROM alpine:3.20\nARG RUBY_PACKAGES\nRUN apk add ruby $RUBY_PACKAGES && gem «install» a\n",
			fixed: "FROM alpine:3.20\nARG RUBY_PACKAGES\nRUN apk add ruby $RUBY_PACKAGES && gem install --no-document a\n",
		},
		{ caption: "Alpine's Ruby alone", good: 'FROM alpine:3.20\nARG V\nRUN apk add "ruby=$V" make && gem install a\n' },
		{
			caption: "A place that nobody knows, other commands, not shipped",
			good: "FROM ruby:3.3 AS build\nRUN bundle install\nFROM ruby:3.3\nCOPY --from=build /a /a\nRUN bundle config set path vendor/bundle\nRUN bundle install && bundle exec rake && gem list\nFROM acme/ruby:1\nRUN bundle install\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				const calls = packageCallsOf(step);
				const archived = calls.flatMap((call) => (call.manager === "bundle" ? archives(step, call) : []));
				const last = calls.findLast(({ manager, verb }) => manager === "gem" && verb === "install");
				// What removes Bundler's archives removes those of `gem install`, too.
				if (archived.length === 0 && last !== undefined) archived.push(...archives(step, last));
				reports.push(...archived, ...calls.flatMap((call) => (call.manager === "gem" ? documentation(step, call) : [])));
			}
		}
		return reports;
	},
});

/** A folder of archives, and how a command names it. */
interface ArchiveFolder {
	readonly path: string;
	readonly text: string;
}

function archives(step: Step, call: PackageCall): readonly Report[] {
	const isGem = call.manager === "gem";
	if (call.kind !== "install" || callHasOption(call, "--path", "--deployment", "--local", "--system", "--help", "--version")) return [];
	const folder = isGem ? gemArchives(step, call) : bundleArchives(step, call);
	if (folder === undefined || mountCovers(step, folder.path) !== "no") return [];
	const words = commandsOf(step).filter(({ program }) => program === "rm" || program === "find");
	if (words.some(({ args }) => args.some((word) => /cache|gem|bundle|\$\(/i.test(word.text)))) return [];
	if (isGem ? mayBeConfigured(step, GEMS_MOVED, GEM_FILES) : mayMoveBundle(step)) return [];
	const word = call.verbWord ?? call.command.name;
	const folders = isGem ? folder.text : `~/.bundle/cache ${folder.text}`;
	const edit = call.command.wrapper === undefined ? appendCleaning(step, `rm -rf ${folders}`) : undefined;
	if (word === undefined) return [];
	return [
		{
			span: word.span,
			message: `${`${call.manager} ${call.verb}`.trim()} leaves the archives of its gems in the layer`,
			fixes: edit === undefined ? [] : [{ title: "Remove the archives", safety: "review", edits: [edit] }],
		},
	];
}

/** Where `gem install` puts the archives of what it downloads in the official image. */
function gemArchives(step: Step, call: PackageCall): ArchiveFolder | undefined {
	if (call.uncertain || call.operands.every((word) => /\.gem\b|[*/]/.test(word.text))) return undefined;
	if (callHasOption(call, "-i", "--install-dir", "--user-install", "-l", "--build-root", "-h", "--explain")) return undefined;
	return officialArchives(step, call);
}

/** Where bundler puts the archives, and how a command names the place; undefined where that is not known. */
function bundleArchives(step: Step, call: PackageCall): ArchiveFolder | undefined {
	const set = shellVariableAt(step, call.command, "BUNDLE_PATH");
	if (set.kind === "unknown" || shellVariableAt(step, call.command, "BUNDLE_DEPLOYMENT").kind !== "unset") return undefined;
	if (set.kind === "set")
		return set.value.startsWith("/") ? { path: normalPath(`${set.value}/ruby`), text: '"${BUNDLE_PATH}"/ruby/*/cache' } : undefined;
	return officialArchives(step, call);
}

function officialArchives(step: Step, { command }: PackageCall): ArchiveFolder | undefined {
	const home = officialGemHome(step, command);
	return home === undefined ? undefined : { path: `${home}/cache`, text: `${home}/cache` };
}

function documentation(step: Step, call: PackageCall): readonly Report[] {
	const { stage } = step;
	// The official image says so in its gemrc; what others say is not known.
	if (
		(call.verb !== "install" && call.verb !== "update") ||
		call.verbWord === undefined ||
		stageFamily(stage) === undefined ||
		isOfficialRuby(stage)
	)
		return [];
	if (callOption(step, call, (name) => /^(?:-N|--no-document|--no-ri|--no-rdoc|--document|--ri|--rdoc|--help|-h)$/.test(name)) !== "no")
		return [];
	if (mayBeConfigured(step, UNDOCUMENTED, GEM_FILES) || lacksRdoc(stage)) return [];
	return [
		{
			span: call.verbWord.span,
			message: `gem ${call.verb} writes documentation into the image`,
			subCode: DOCUMENTATION,
			fixes: () => documentationFixes(call),
		},
	];
}

/** Programs that build or fetch a Ruby of their own. */
const RUBY_BRINGERS = /\b(?:ruby-build|ruby-install|rbenv|rvm|chruby|asdf|mise)\b/;

/**
 * Whether a stage has Alpine's Ruby and no other: it comes without the program that writes documentation.
 * Source: Alpine's package index, ruby-rdoc and ruby-full.
 */
const lacksRdoc = remembered((stage: Stage): boolean => {
	if (stageFamily(stage) !== "alpine") return false;
	const steps = lineage(stage).flatMap((ancestor) => ancestor.steps);
	const names = steps.flatMap(installedPackages).map(({ name }) => name);
	if (!names.some((name) => /^ruby[\d.]*$/.test(name)) || names.some((name) => /^ruby(?:\d.*)?-(?:rdoc|full)$/.test(name))) return false;
	return !steps.some((step) => hidesPackages(step) || sourcesOf(step, stage.file).length > 0 || RUBY_BRINGERS.test(stepText(step)));
});

/** Whether a step installs packages whose names a variable hides. */
function hidesPackages(step: Step): boolean {
	return packageCallsOf(step).some(
		({ manager, verb, operands, command }) =>
			manager === "apk" &&
			verb === "add" &&
			operands.some((word) => wordAt(step, command, word) === undefined && /^[^=<>~]*[$`]/.test(word.text)),
	);
}

function documentationFixes(call: PackageCall): readonly EditFix[] {
	if (call.command.decoded || call.verbWord === undefined) return [];
	return [
		{
			title: "Add --no-document",
			safety: "review",
			edits: [insertAfter(call.verbWord.span, " --no-document")],
			note: "RubyGems before 2.0 calls it --no-ri --no-rdoc.",
		},
	];
}
