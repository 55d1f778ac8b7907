import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { namedInstallOf } from "../../dockerfile/packages/languagePackages.ts";
import { unpinnedMessage } from "../../dockerfile/packages/versionPins.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const gemVersionUnpinned = defineRule({
	id: "gem-version-unpinned",
	title: "gem installs whatever version is newest",
	category: "packages",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3028"], ["kics", "22cd11f7-9c6c-4f6e-84c0-02058120b341"], ["droast", "DF053"]),
	onlyWith: { words: ["gem"] },
	why: "A gem that is installed by name alone is another one in every build, and no lock file records which. What was tested is not what is shipped, a new version asks for a newer Ruby and breaks the build, and one that was published an hour ago by whoever stole an account is in the image at once.",
	remedy: "Name the version: `gem install bundler:2.5.23`, or `-v 2.5.23` for all gems of the call; or list the gem in the Gemfile.",
	references: ["https://guides.rubygems.org/command-reference/#gem-install"],
	examples: [
		{ caption: "A name alone", bad: "FROM ruby:3.3\nRUN gem install --no-document «rails»\n" },
		{ caption: "With a version", good: "FROM ruby:3.3\nRUN gem install --no-document rails:8.0.0\n" },
		{
			caption: "By name alone",
			bad: "FROM ruby:3.3\r\nRUN gem install --no-document «bundler» && gem i -i /x \\\r\n    # two\r\n    rake:13.2.1 «rails»\r\n",
		},
		{
			caption: "A version for one gem, or for all of them",
			good: "FROM ruby:3.3\nARG V=1\nRUN gem install bundler:2.5.23 && gem install -v 2.5.23 bundler && gem install a --version '~> 2' && gem install b:$V c:${UNKNOWN} 'e:~> 2' -N && gem install d -v2\n",
		},
		{
			caption: "Files, the arguments of the build, nobody knows",
			good: "FROM ruby:3.3\nRUN gem install ./a.gem b-1.0.gem && gem install c:1 -- --use-system-libraries d && gem install $GEMS --document ri -p http://proxy:3128 e:1 && gem update --system && gem install -g Gemfile\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					const install = namedInstallOf(step, command);
					if (install?.ecosystem !== "gem" || install.hasOption("-v", "--version", "-g", "--file", "--help", "-h", "--local", "-l"))
						continue;
					// What follows `--` is for the build of native extensions.
					const end = command.args.find((word) => word.value === "--")?.at ?? Number.POSITIVE_INFINITY;
					const open = install.packages.filter(({ text, word }) => word.at < end && !/:\s*[\d$~<>=!]|\.gem$|^[./~$]/.test(text));
					const first = open[0];
					if (first === undefined) continue;
					reports.push({
						span: first.word.span,
						message: unpinnedMessage(open.map(({ text }) => text)),
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					});
				}
			}
		}
		return reports;
	},
});
