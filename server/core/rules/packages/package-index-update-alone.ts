import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { commandLine, commandPrefix, insertCommandBefore, isOnlyCommand, removeFromRun } from "../../dockerfile/edits/commandEdit.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import {
	APT_LISTS,
	listsBefore,
	listsNeededAfter,
	listsRemovedAfter,
	mayFetchLists,
	readsLists,
	refreshesLists,
} from "../../dockerfile/packages/aptLists.ts";
import { hidesCommands, stepHidesCommands } from "../../dockerfile/packages/hiddenCommands.ts";
import { callHasOption, type PackageCall, packageCallAt, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import type { ManagerId } from "../../knowledge/packageManagers.ts";
import { SYSTEM_MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

/** Where the index lies; on a mount it is not cached with the layer. */
const INDEXES: Partial<Record<ManagerId, readonly string[]>> = {
	apt: [APT_LISTS],
	apk: ["/var/cache/apk", "/etc/apk/cache"],
	yum: ["/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5"],
	dnf: ["/var/cache/dnf", "/var/cache/libdnf5"],
	microdnf: ["/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5"],
	tdnf: ["/var/cache/tdnf"],
	zypper: ["/var/cache/zypp"],
};

const LOCAL_REPOSITORY = /^(?:dpkg-scanpackages|apt-ftparchive|reprepro|createrepo|createrepo_c|abuild)$/;

export const packageIndexUpdateAlone = defineRule({
	id: "package-index-update-alone",
	title: "The package index is refreshed in a layer of its own",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: { "lists-missing": "apt-get install runs where no package lists are" },
	equivalents: [
		...same(
			["trivy", "DS-0017"],
			["checkov", "CKV_DOCKER_5"],
			["kics", "9bae49be-0aa3-4de5-bab2-4c3a069e40cd"],
			["sonar", "S6595"],
			["cis", "4.7"],
			["dockle", "CIS-DI-0007"],
			["dockerfilelint", "apt-get-update_require_install"],
			["terrascan", "AC_DOCKER_0049"],
			["droast", "DF028"],
		),
		...similar(["hadolint", "DL3009"], ["dockerfilelint", "apt-get_missing_rm"], ["dockle", "DKL-DI-0005"]),
	],
	onlyWith: { words: SYSTEM_MANAGER_WORDS },
	why: "The layer cache compares the text of an instruction. `RUN apt-get update` never changes, so that its layer is used for months; when a package is added to the RUN below it, the install works with an index of long ago. It then fails, because the versions that the index names are gone from the mirror, or it installs old ones with holes that were closed since.\n\nThe other way round, an `apt-get install` without any update finds no lists in the official images and fails.",
	remedy:
		"Refresh and install in one RUN: `apt-get update && apt-get install …`. Managers that refresh by themselves (apk, dnf, zypper) need no refresh at all.",
	references: ["https://docs.docker.com/build/building/best-practices/#apt-get", "https://docs.docker.com/build/cache/invalidation/"],
	examples: [
		{
			caption: "An update that is cached for months",
			bad: "FROM debian:12\nRUN apt-get «update»\nRUN apt-get install -y curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
		},
		{
			caption: "Used in the same layer, in whatever way",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y a\nRUN apt-get update && apt-get dist-upgrade -y\nRUN apt-get update; apt-get build-dep -y a\nRUN apt-get update && apt-get source a && apt-get download b\nRUN apt-get update && apt-cache policy a\nRUN apt-get update && apt list --upgradable\nRUN bash -c 'apt-get update' && apt-get install -y a\nRUN apk update && apk upgrade && apk add a\nRUN yum update -y\n",
		},
		{
			caption: "The update moves to the install that needs it",
			bad: "FROM debian:12\nRUN apt-get «update»\nENV A=b\nRUN apt-get install -y --no-install-recommends curl\n",
			fixed: "FROM debian:12\nENV A=b\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
		},
		{
			caption: "What else the RUN does stays where it is",
			bad: "FROM debian:12\n# the repository\nRUN echo deb > /etc/apt/sources.list.d/x.list \\\n    # and its lists\n    && apt-get -qq «update» > /dev/null\nRUN set -e; \\\n    sudo apt-get install -y curl; \\\n    ./configure\n",
			fixed:
				"FROM debian:12\n# the repository\nRUN echo deb > /etc/apt/sources.list.d/x.list\n    # and its lists\nRUN set -e; \\\n    apt-get -qq update > /dev/null; \\\n    sudo apt-get install -y curl; \\\n    ./configure\n",
		},
		{
			caption: "In the middle of other commands",
			bad: "FROM debian:12\nRUN dpkg --add-architecture i386 && \\\n    apt-get «update» && \\\n    mkdir /x\nRUN apt-get install -y wine32\n",
			fixed: "FROM debian:12\nRUN dpkg --add-architecture i386 && \\\n    mkdir /x\nRUN apt-get update && apt-get install -y wine32\n",
		},
		{
			caption: "Nothing uses it, or what does refreshes again",
			bad: "FROM debian:12\nRUN apt-get «update»\r\nRUN apt-get update && apt-get install -y curl\r\nFROM debian:12\nRUN apt-get clean; apt-get «update» || true\nRUN mkdir /x\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y curl\r\nFROM debian:12\nRUN apt-get clean; apt-get update || true\nRUN mkdir /x\n",
		},
		{
			caption: "A layer that nothing needs goes",
			bad: 'FROM debian:12\nRUN apt-get «update»\nRUN pip --version\nCMD ["sh"]\n',
			fixed: 'FROM debian:12\nRUN pip --version\nCMD ["sh"]\n',
		},
		{
			caption: "Other managers fetch what they need",
			bad: "FROM alpine:3.20\nRUN apk «update»\nRUN apk add --no-cache curl\nFROM fedora:40\nRUN dnf -q «makecache»\nRUN dnf install -y git\nFROM opensuse/leap:15.6\nRUN zypper «refresh»\nRUN zypper in -y git\nCOPY --from=0 /a /a\nCOPY --from=1 /b /b\n",
			fixed:
				"FROM alpine:3.20\nRUN apk add --no-cache curl\nFROM fedora:40\nRUN dnf install -y git\nFROM opensuse/leap:15.6\nRUN zypper in -y git\nCOPY --from=0 /a /a\nCOPY --from=1 /b /b\n",
		},
		{
			caption: "The stages that need it are others: no edit in one place",
			bad: "FROM debian:12 AS base\nRUN apt-get «update»\nFROM base AS a\nRUN apt-get install -y x\nFROM base\nRUN apt-get install -y y\nCOPY --from=a /x /x\n",
		},
		{
			caption: "An install without lists",
			bad: "FROM debian:12\nRUN add-apt-repository -n ppa:x/y && apt-get «install» -y curl\nFROM node:22-bookworm-slim\nRUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\nRUN mkdir /x && DEBIAN_FRONTEND=noninteractive apt-get «install» -y b\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM debian:12\nRUN add-apt-repository -n ppa:x/y && apt-get update && apt-get install -y curl\nFROM node:22-bookworm-slim\nRUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\nRUN mkdir /x && DEBIAN_FRONTEND=noninteractive apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y b\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "add-apt-repository fetches them by itself",
			good: "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y software-properties-common && rm -rf /var/lib/apt/lists/*\nRUN add-apt-repository -y ppa:x/y && apt-get install -y z && rm -rf /var/lib/apt/lists/*\nRUN rm -rf /var/lib/apt/lists/* && add-apt-repository -y ppa:a/b\nRUN apt-get install -y c\n",
		},
		{
			caption: "Used by something that cannot be read",
			good: "FROM debian:12\nCOPY install.sh /\nRUN apt-get update && /install.sh\nRUN apt-get update && make deps\nRUN apt-get update && curl -fsSL https://example.com/x.sh | bash\n",
		},
		{
			caption: "The lists are on a mount",
			good: "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update\nRUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get install -y a\nFROM fedora:40\nRUN --mount=type=cache,target=/var/cache/libdnf5 dnf makecache\n",
		},
		{
			caption: "Lists may be there: from above, from the base image, from a script, or none are needed",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y a\nRUN apt-get install -y b\nFROM acme/base:1\nRUN apt-get install -y c\nFROM debian:12\nCOPY setup.sh /\nRUN /setup.sh\nRUN apt-get install -y d\nFROM debian:12\nCOPY x.deb /\nRUN apt-get install -y /x.deb ./y.deb\nRUN apt-get install -y e || (apt-get update && apt-get install -y e)\nFROM debian:12\nCOPY rootfs /\nRUN apt-get install -y f\n",
		},
		{
			caption: "A check whether a repository works, and a repository of this layer",
			good: "FROM debian:12\nRUN echo deb > /etc/apt/sources.list.d/x.list; apt-get update; apt-get dist-clean\nRUN dpkg-scanpackages . > Packages && apt-get update\n",
		},
		{
			caption: "A refresh that also takes keys in",
			good: "FROM opensuse/leap:15.6\nRUN zypper ar https://example.com/x.repo && zypper --gpg-auto-import-keys refresh\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const lowered = stage.use === "unused" ? { severity: "hint" as const } : {};
			for (const step of runSteps(stage)) {
				const alone = refreshAlone(step);
				if (alone !== undefined) reports.push({ ...aloneReport(step, alone), ...lowered });
				for (const call of installsWithoutLists(step)) reports.push({ ...missingReport(step, call), ...lowered });
			}
		}
		return reports;
	},
});

/** The last refresh of a RUN that nothing in the RUN makes use of. */
function refreshAlone(step: Step): PackageCall | undefined {
	const calls = packageCallsOf(step);
	const refresh = calls.findLast((call) => call.kind === "refresh");
	if (refresh === undefined || refresh.uncertain || refresh.operands.length > 0 || refresh.command.wrapper?.program === "chroot")
		return undefined;
	if (callHasOption(refresh, "--root", "-p", "--installroot", "--gpg-auto-import-keys", "--help", "-h")) return undefined;
	if (refresh.options.some((option) => /^(?:Dir|RootDir)\b/i.test(option.value ?? ""))) return undefined;
	const paths = INDEXES[refresh.manager];
	if (paths === undefined || paths.some((path) => mountCovers(step, path) !== "no")) return undefined;
	const commands = commandsOf(step);
	// A repository that this layer makes is as old as its index; and where the lists go again, nothing gets old.
	if (commands.some((command) => LOCAL_REPOSITORY.test(command.program ?? ""))) return undefined;
	if (refresh.manager === "apt" && listsRemovedAfter(step, refresh.command) !== "no") return undefined;
	const later = commands.slice(commands.indexOf(refresh.command) + 1);
	const used = later.some((command) => {
		if (hidesCommands(step, command) || /^apt-(?:cache|file)$/.test(command.program ?? "")) return true;
		const call = packageCallAt(step, command);
		return call !== undefined && call.manager === refresh.manager && !["remove", "clean"].includes(call.kind);
	});
	// What runs in the background, in a pipe or through a wrapper that joins words may end later than it stands.
	return used || commands.some((command) => command.connector === "&") ? undefined : refresh;
}

function aloneReport(step: Step, refresh: PackageCall): Report {
	const what = `${refresh.program} ${refresh.verb}`;
	const need = refresh.manager === "apt" ? listsNeededAfter(step) : undefined;
	const consumer = need?.command;
	return {
		span: refresh.verbWord?.span ?? refresh.command.span,
		message: consumer === undefined ? aloneMessage(step, refresh, what) : `${what} is cached apart from the install that needs it`,
		...(consumer === undefined ? {} : { related: [{ span: consumer.span, message: "This works with lists as old as the cached layer" }] }),
		fixes: refresh.manager !== "apt" || need?.answer === "no" ? removal(step, refresh) : need?.answer === "yes" ? move(step, refresh) : [],
	};
}

function aloneMessage(step: Step, { command }: PackageCall, what: string): string {
	return isOnlyCommand(step, command) ? `${what} stands in a layer of its own` : `Nothing in the RUN uses what ${what} fetches`;
}

function removal(step: Step, refresh: PackageCall): readonly EditFix[] {
	const edits = removeFromRun(step, [refresh.command]);
	return edits === undefined ? [] : [{ title: `Remove ${refresh.program} ${refresh.verb}`, safety: "review", edits }];
}

/** Moves the refresh in front of the install; only where that is in the same stage and nothing in between could need the lists. */
function move(step: Step, refresh: PackageCall): readonly EditFix[] {
	for (const later of step.stage.steps.slice(step.ordinal + 1)) {
		if (later.keyword === "USER" || later.keyword === "SHELL" || later.keyword === "ONBUILD") return [];
		if (later.keyword !== "RUN") continue;
		const commands = commandsOf(later);
		const install = packageCallsOf(later).find(readsLists);
		if (install === undefined) {
			if (stepHidesCommands(later)) return [];
			continue;
		}
		const before = commands.slice(0, commands.indexOf(install.command));
		if (before.some((command) => hidesCommands(later, command)) || mountCovers(later, APT_LISTS) !== "no") return [];
		const line = commandLine(step, refresh.command);
		const removed = removeFromRun(step, [refresh.command]);
		const inserted = line === undefined ? undefined : insertCommandBefore(later, install.command, line);
		if (removed === undefined || inserted === undefined) return [];
		return [{ title: `Move ${refresh.program} ${refresh.verb} to the install`, safety: "review", edits: [...removed, inserted] }];
	}
	return [];
}

/** Installs of a RUN for which no lists can be there. */
function installsWithoutLists(step: Step): readonly PackageCall[] {
	const first = packageCallsOf(step).find((call) => refreshesLists(call) || readsLists(call));
	if (first === undefined || first.verb !== "install" || refreshesLists(first)) return [];
	const { command } = first;
	if (first.operands.length === 0 || first.uncertain || first.operands.some((word) => /^[./]|\.deb$|[$`]/.test(word.text))) return [];
	if (command.within.some((enclosure) => enclosure === "condition" || enclosure === "negation" || enclosure === "function")) return [];
	const commands = commandsOf(step);
	const at = commands.indexOf(command);
	if (commands[at + 1]?.connector === "||" || command.connector === "||" || command.wrapper?.program === "chroot") return [];
	if (
		callHasOption(first, "-f", "--fix-broken", "-s", "--simulate", "--dry-run", "--help") ||
		commands.slice(0, at).some((earlier) => hidesCommands(step, earlier) || mayFetchLists(earlier))
	)
		return [];
	return mountCovers(step, APT_LISTS) === "no" && listsBefore(step) === "no" ? [first] : [];
}

function missingReport(step: Step, call: PackageCall): Report {
	const prefix = commandPrefix(step, call.command);
	const edit = prefix === undefined ? undefined : insertCommandBefore(step, call.command, `${prefix}${call.program} update`);
	return {
		span: call.verbWord?.span ?? call.command.span,
		message: `${call.program} ${call.verb} has no package lists to work with`,
		subCode: "lists-missing",
		fixes: edit === undefined ? [] : [{ title: `Run ${call.program} update first`, safety: "review", edits: [edit] }],
	};
}
