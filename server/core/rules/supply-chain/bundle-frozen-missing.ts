import { isForDevelopment } from "../../dockerfile/base/forDevelopment.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAt, insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import {
	didBefore,
	isSwitchedOn,
	type LockFile,
	type LockNames,
	lockFileOf,
	lockMessage,
	lockNote,
} from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallOf, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report, same } from "../rule.ts";

const NAMES: LockNames = { manifests: ["Gemfile", "*.gemspec", "gems.rb"], lockFiles: ["Gemfile.lock", "gems.locked"] };
const FROZEN = ["--deployment", "--frozen", "--local"];

export const bundleFrozenMissing = defineRule({
	id: "bundle-frozen-missing",
	title: "bundle install may depart from the lock file",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: { "lock-file-missing": "bundle install runs without a lock file" },
	equivalents: same(["tally", "ruby/missing-bundle-deployment"]),
	onlyWith: { words: ["bundle", "bundler"] },
	why: "Where the Gemfile asks for something that `Gemfile.lock` does not have, `bundle install` resolves again and writes a new lock file, in the image, where nobody sees it. What was reviewed and tested is then not what is shipped, and native extensions of whatever arrives are compiled and run at once.",
	remedy:
		'Copy `Gemfile.lock` together with the Gemfile and set `ENV BUNDLE_FROZEN="1"`, or `ENV BUNDLE_DEPLOYMENT="1"`, which also keeps the gems in `vendor/bundle` unless `BUNDLE_PATH` says otherwise.',
	references: ["https://bundler.io/man/bundle-config.1.html", "https://bundler.io/guides/deploying.html"],
	examples: [
		{ caption: "The lock file decides", good: "FROM ruby:3.3\nENV BUNDLE_FROZEN=1\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install\n" },
		{
			caption: "The lock file is copied, but not enforced",
			bad: "FROM ruby:3.3\nCOPY Gemfile Gemfile.lock ./\n# gems\nRUN bundle «install» --jobs 4\n",
			fixed: 'FROM ruby:3.3\nCOPY Gemfile Gemfile.lock ./\nENV BUNDLE_FROZEN="1"\n# gems\nRUN bundle install --jobs 4\n',
		},
		{
			caption: "Without the subcommand; a setting that says no",
			bad: "FROM ruby:3.3\nENV BUNDLE_FROZEN=false\nCOPY Gemfile Gemfile.lock ./\nRUN gem install bundler && «bundle»\n",
			fixed:
				'FROM ruby:3.3\nENV BUNDLE_FROZEN=false\nCOPY Gemfile Gemfile.lock ./\nENV BUNDLE_FROZEN="1"\nRUN gem install bundler && bundle\n',
		},
		{
			caption: "No lock file comes along, or nobody knows",
			bad: "FROM ruby:3.3\nCOPY Gemfile ./\nRUN bundle «install» --without development test\nFROM ruby:3.3\nCOPY . .\nRUN bundle «install»\nFROM ruby:3.3\nCOPY Gemfile* ./\nRUN bundle «install»\nFROM ruby:3.3\nCOPY Gemfile Gemfile.lock* ./\nRUN bundle «install»\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\nCOPY --from=2 /a /a\n",
		},
		{
			caption: "A pattern that takes the lock file along, which is there",
			bad: "FROM ruby:3.3\nCOPY Gemfile* ./\nRUN bundle «install»\n",
			fixed: 'FROM ruby:3.3\nCOPY Gemfile* ./\nENV BUNDLE_FROZEN="1"\nRUN bundle install\n',
			workspace: { contextEntries: ["Gemfile", "Gemfile.lock"] },
		},
		{
			caption: "In an image that people work in for this call alone",
			bad: "FROM ghcr.io/rails/devcontainer/images/ruby:3.4\nCOPY Gemfile Gemfile.lock /tmp/\nRUN cd /tmp && bundle «install»\n",
			fixed:
				"FROM ghcr.io/rails/devcontainer/images/ruby:3.4\nCOPY Gemfile Gemfile.lock /tmp/\nRUN cd /tmp && BUNDLE_FROZEN=1 bundle install\n",
		},
		{
			caption: "Enforced, in any spelling",
			good: "FROM ruby:3.3\nENV BUNDLE_DEPLOYMENT=1\nCOPY . .\nRUN bundle install\nFROM ruby:3.3\nCOPY . .\nRUN bundle config set --local frozen true && bundle install\nFROM ruby:3.3\nCOPY . .\nRUN bundle config --global frozen 1\nRUN bundle install\nFROM ruby:3.3\nCOPY . .\nRUN BUNDLE_FROZEN=true bundle install && bundle install --deployment\nFROM ruby:3.3\nCOPY . .\nRUN bundle config deployment 'true' && bundle\nFROM ruby:3.3\nCOPY .bundle .bundle\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
		},
		{
			caption: "Something else, or no Gemfile of the context",
			good: "FROM ruby:3.3\nRUN git clone https://example.com/x && cd x && bundle install\nCOPY Gemfile Gemfile.lock ./\nRUN bundle exec rake && bundle --version && bundle install --local && bundle install --help\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					if (call.manager !== "bundle" || !installs(call)) continue;
					const word = call.verbWord ?? call.command.name;
					const lock = lockFileOf(step, call.command, NAMES, workspace.contextEntries);
					if (lock === undefined || word === undefined || isFrozen(step, call)) continue;
					reports.push({
						span: word.span,
						message: lockMessage("bundle install", "Gemfile.lock", lock.kind),
						...(lock.kind === "missing" ? { subCode: "lock-file-missing" } : {}),
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						related: [{ span: lock.span, message: lockNote(lock.kind) }],
						fixes: () => fixesOf(step, call, lock),
					});
				}
			}
		}
		return reports;
	},
});

/** For the whole stage; in an image that people work in, where they add gems, for this call alone. Without the lock file it would fail. */
function fixesOf(step: Step, { command }: PackageCall, lock: LockFile): readonly EditFix[] {
	if (lock.kind !== "copied" || step.deferred) return [];
	const note = "It fails where Gemfile.lock does not fit the Gemfile, or lacks the platform of the build.";
	const { stage } = step;
	if (!isForDevelopment(stage)) {
		const edits = [insertInstructionBefore(stage.file, step, 'ENV BUNDLE_FROZEN="1"')];
		return [{ title: "Set BUNDLE_FROZEN", safety: "review", edits, note }];
	}
	if (command.name === undefined || command.wrapper !== undefined || command.decoded) return [];
	const edits = [insertAt(command.name.span.start, "BUNDLE_FROZEN=1 ")];
	return [{ title: "Set BUNDLE_FROZEN for this call", safety: "review", edits, note }];
}

function installs(call: PackageCall): boolean {
	// `--without` and `--with` take several words; others that are no options are refused.
	const groups = callHasOption(call, "--without", "--with");
	if ((call.verb !== "" && call.verb !== "install") || (call.operands.length > 0 && !groups) || call.uncertain) return false;
	return !callHasOption(call, ...FROZEN, "--help", "-h", "--version", "-v");
}

function isFrozen(step: Step, call: PackageCall): boolean {
	if (isSwitchedOn(step, call.command, "BUNDLE_DEPLOYMENT", "BUNDLE_FROZEN")) return true;
	return didBefore(step, call.command, freezes) || configurations.above(step);
}

const configurations = anyStep(
	(step) => contextCopyOf(step)?.sources.some(({ text }) => /(?:^|\/)\.bundle(?:\/config|\/)?$/.test(text)) ?? false,
);

/** `bundle config … frozen true`, and an install that has compared the lock file already. */
function freezes(command: ShellCommand): boolean {
	const call = command.program === "bundle" || command.program === "bundler" ? packageCallOf(command) : undefined;
	if (call === undefined) return false;
	if (call.verb === "" || call.verb === "install") return callHasOption(call, "--deployment", "--frozen");
	if (call.verb !== "config") return false;
	const words = call.operands.map((word) => word.value);
	const at = words.findIndex((word) => word === "deployment" || word === "frozen");
	return at !== -1 && words[0] !== "unset" && /^(?:true|1|yes|on)$/.test(words[at + 1] ?? "");
}
