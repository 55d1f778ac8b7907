import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { type PackageRun, packageLists, repeatedPackages, sortEdits, unsortedRun } from "../../dockerfile/packages/packageOrder.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { ORDERLESS_MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const packageListUnsorted = defineRule({
	id: "package-list-unsorted",
	title: "Packages are not in alphabetical order",
	category: "style",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S7018"], ["tally", "sort-packages"]),
	onlyWith: { words: ORDERLESS_MANAGER_WORDS },
	why: "In a list in order a package is found at once, is not named twice, and two branches that add one each seldom meet at the same line.",
	remedy: "Sort the packages, one on each line.",
	references: ["https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments"],
	examples: [
		{
			caption: "The last one comes first",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    «git» \\\n    curl \\\n    ca-certificates\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    ca-certificates \\\n    curl \\\n    git\n",
		},
		{
			caption: "In order",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    ca-certificates \\\n    curl \\\n    git\n",
		},
		{
			caption: "The layout stays",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    «git» curl \\\n    ca-certificates \\\n && rm -rf /var/lib/apt/lists/*\nRUN apk add «zlib» bash\nRUN yarn global add «zx» ava\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    ca-certificates curl \\\n    git \\\n && rm -rf /var/lib/apt/lists/*\nRUN apk add bash zlib\nRUN yarn global add ava zx\n",
		},
		{
			caption: "Options and variables stay in their places",
			bad: "FROM debian:12\nRUN apt-get install «b» a -t bookworm «d»=1.2 c $MORE f g\n",
			fixed: "FROM debian:12\nRUN apt-get install a b -t bookworm c d=1.2 $MORE f g\n",
		},
		{
			caption: "Named twice",
			bad: "FROM debian:12\nRUN apt-get install -y curl «curl» \\\n    git \\\n    «git»\n",
			fixed: "FROM debian:12\nRUN apt-get install -y curl \\\n    git\n",
		},
		{
			caption: "No edit where comments belong to packages",
			bad: "FROM debian:12\nRUN apt-get install -y \\\n    # for TLS\n    «openssl» \\\n    # to fetch\n    curl\n",
		},
		{
			caption: "In order, or where the order matters",
			good: "FROM debian:12\nRUN apt-get install -y a B c g++ gcc && pip install b a && apt-get remove b a && dpkg -i b.deb a.deb && apt-get install ./b.deb ./a.deb\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					for (const list of packageLists(call)) {
						for (const word of repeatedPackages(step, list))
							reports.push({
								span: word.span,
								message: `${shortened(word.text, 50)} is named twice`,
								fixes: () => [{ title: "Remove the second one", safety: "safe", edits: [removeArgument(file, word.span)] }],
							});
						const run = unsortedRun(list);
						const word = run?.firstWrong;
						if (run === undefined || word === undefined) continue;
						const name = word.text.split("=")[0] ?? word.text;
						reports.push({
							span: { start: word.span.start, end: word.span.start + name.length },
							message: `${shortened(name, 50)} is not in its place in the alphabet`,
							fixes: () => sortFixes(step, run),
						});
					}
				}
			}
		}
		return reports;
	},
});

function sortFixes(step: Step, run: PackageRun): readonly Fix[] {
	const edits = sortEdits(step, run);
	return edits === undefined ? [] : [{ title: "Sort the packages", safety: "safe", edits }];
}
