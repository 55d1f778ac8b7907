import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Subcommands that apt-get has under the same name. Source: apt-get(8) 2.6. */
const APT_GET = new Set([
	"install",
	"reinstall",
	"remove",
	"purge",
	"autoremove",
	"auto-remove",
	"autopurge",
	"update",
	"upgrade",
	"full-upgrade",
	"dist-upgrade",
	"build-dep",
	"source",
	"download",
	"clean",
	"autoclean",
	"auto-clean",
	"satisfy",
]);
/** Subcommands that apt-cache has; what it prints looks different. */
const APT_CACHE = new Set(["search", "show", "policy", "depends", "rdepends", "showsrc", "madison"]);

export const aptInsteadOfAptGet = defineRule({
	id: "apt-instead-of-apt-get",
	title: "apt is called where apt-get belongs",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3027"],
		["checkov", "CKV_DOCKER_9"],
		["kics", "b84a0b47-2e99-4c9f-8933-98bcabe2b94d"],
		["semgrep", "prefer-apt-get"],
		["terrascan", "AC_DOCKER_0002"],
		["droast", "DF059"],
	),
	onlyWith: { words: ["apt"] },
	why: "`apt` is made for people at a terminal. Its manual page says that its behaviour may change between versions, and that scripts should call `apt-get`; in a build it warns that it has no stable command line interface. Options, output and defaults have changed before, and a build that relies on them breaks with the next release of the base image.",
	remedy: "Call `apt-get` for what changes the system, and `apt-cache` for questions.",
	references: ["https://manpages.debian.org/bookworm/apt/apt.8.en.html#SCRIPT_USAGE_AND_DIFFERENCES_FROM_OTHER_APT_TOOLS"],
	examples: [
		{ caption: "The tool for scripts", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n" },
		{
			caption: "The tool for people",
			bad: "FROM debian:12\nRUN «apt» update && apt install -y curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
		},
		{
			caption: "An upgrade with apt may install new packages; apt-get has an option for that",
			bad: "FROM debian:12\r\nRUN apt-get update; \\\r\n    sudo -E «/usr/bin/apt» -y \\\r\n    # all\r\n    upgrade\r\n",
			fixed:
				"FROM debian:12\r\nRUN apt-get update; \\\r\n    sudo -E /usr/bin/apt-get -y \\\r\n    # all\r\n    upgrade --with-new-pkgs\r\n",
		},
		{
			caption: "apt deletes what it has fetched, apt-get does not where docker-clean is gone",
			bad: "FROM debian:12\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN «apt» update && apt install -y curl\n",
			fixed: "FROM debian:12\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN apt-get update && apt-get install -y curl\n",
		},
		{
			caption: "Questions are for apt-cache; lists have no other command",
			bad: "FROM debian:12\nRUN <<EOF\n«apt» policy curl\nEOF\n",
			fixed: "FROM debian:12\nRUN <<EOF\napt-cache policy curl\nEOF\n",
		},
		{
			caption: "No edit where there is no other command, and where it would stand in a text",
			bad: 'FROM debian:12\nRUN «apt» list --installed\nRUN bash -c «"apt install \\"a\\""»\n',
		},
		{
			caption: "Words that only look like it",
			good: "FROM debian:12\nRUN rm -rf /etc/apt /var/lib/apt/lists && apt-get install -y apt apt-utils && which apt && echo apt install\nCOPY apt /etc/apt\n",
		},
		{
			caption: "Another program, another system, nothing to say",
			good: 'FROM debian:12\nRUN apt-get update && ./apt update && /opt/tools/apt install b && aptitude install -y a && apt-cache show b && apt --version\nFROM debian:12\nSHELL ["powershell", "-command"]\nRUN apt install a\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const calls = packageCallsOf(step).filter((call) => call.program === "apt" && call.verbWord !== undefined && isOfSystem(call));
				// One finding for what one repair ends.
				const installing = calls.filter((call) => isPlain(call) && APT_GET.has(call.verb));
				const others = calls.filter((call) => !installing.includes(call));
				for (const group of [installing, others]) {
					const [call, ...more] = group;
					if (call?.command.name === undefined) continue;
					reports.push({
						span: call.command.name.span,
						message: `apt ${call.verb} is called in a script, but apt's command line is made for people`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						related: more.map(({ command }) => ({ span: command.name?.span ?? command.span, message: "Here, too" })),
						fixes: () => fixesOf(step, group),
					});
				}
			}
		}
		return reports;
	},
});

/** Not `./apt`, a script that lies beside the file. */
function isOfSystem({ command }: PackageCall): boolean {
	return /^(?:(?:\/usr)?(?:\/local)?\/bin\/)?apt$/.test(command.name?.value ?? "");
}

/** One fix for all calls of a group, if another program does the same. */
function fixesOf(step: Step, calls: readonly PackageCall[]): readonly EditFix[] {
	if (!calls.every(isPlain)) return [];
	const edits = calls.flatMap(editsOf);
	if (calls.every((call) => APT_GET.has(call.verb))) {
		const title = "Call apt-get";
		const fetches = calls.some(({ kind }) => kind === "install" || kind === "upgrade");
		if (!fetches || !keepsPackages.upTo(step) || mountCovers(step, "/var/cache/apt/archives") === "yes")
			return [{ title, safety: "safe", edits }];
		return [{ title, safety: "review", edits, note: "apt deletes the packages that it has fetched; apt-get leaves that to docker-clean." }];
	}
	if (!calls.every((call) => APT_CACHE.has(call.verb))) return [];
	return [{ title: "Call apt-cache", safety: "review", edits, note: "It prints the answer in another form." }];
}

/** Whether docker-clean, which deletes packages behind every install, may be gone. */
const keepsPackages = anyStep((step) => /docker-clean|Keep-Downloaded-Packages/i.test(stepText(step)));

function isPlain({ command, verbWord }: PackageCall): boolean {
	return !command.decoded && [command.name, verbWord].every((word) => word !== undefined && word.value === word.text);
}

function editsOf(call: PackageCall): readonly SpanEdit[] {
	const { command, verb, verbWord } = call;
	const { name } = command;
	if (name === undefined || verbWord === undefined) return [];
	const folder = name.text.slice(0, name.text.lastIndexOf("/") + 1);
	if (APT_CACHE.has(verb)) return [replace(name.span, `${folder}apt-cache`)];
	const bringsNew = verb === "upgrade" && !callHasOption(call, "--with-new-pkgs", "--without-new-pkgs");
	return [replace(name.span, `${folder}apt-get`), ...(bringsNew ? [insertAfter(verbWord.span, " --with-new-pkgs")] : [])];
}
