import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import type { PackageCall } from "../packages/packageCalls.ts";
import { rpmInstalls } from "../packages/rpmCalls.ts";
import { downloadsOf } from "./downloads.ts";
import { namesInStep } from "./downloadUses.ts";

/** A repository that is not the distribution's own. */
export interface ThirdPartySource {
	readonly span: Span;
	/** As people call it: a host, `ppa:owner/name`, `EPEL`. */
	readonly name: string;
}

/** Packages that hold the list of a repository. */
const REPOSITORY_PACKAGE =
	/(?:^|\/)(?:((?:epel|remi|rpmfusion|elrepo|ius|pgdg|mysql\d*-community|percona|nodesource)[\w-]{0,40})-(?:release|repo)|(packages-microsoft-prod))/;
const DNF: ReadonlySet<string> = new Set(["yum", "dnf", "microdnf"]);

/** The repositories that come with packages which a call of yum or dnf installs. */
export function fromPackages(call: PackageCall): readonly ThirdPartySource[] {
	return call.kind === "install" && DNF.has(call.manager) ? call.operands.flatMap((word) => named(word, nameIn(word.text))) : [];
}

/** The same for package files that rpm and dpkg install: an address, or a file that the step has fetched. */
export function fromPackageFiles(step: Step, command: ShellCommand): readonly ThirdPartySource[] {
	if (command.program !== "rpm" && command.program !== "dpkg") return [];
	const { options, operands } = readArguments(command.args, ["--root", "-r", "--dbpath"]);
	const installs = command.program === "rpm" ? rpmInstalls(options) : options.some(({ name }) => name === "-i" || name === "--install");
	return installs ? operands.flatMap((word) => named(word, nameIn(word.text) ?? fetched(step).get(baseName(comparable(word))))) : [];
}

/** The repositories whose packages a step downloads, by the names of the files. */
const fetched = remembered((step: Step): ReadonlyMap<string, string> => {
	const byFile = new Map<string, string>();
	for (const download of downloadsOf(step)) {
		const name = nameIn(download.resolved ?? download.address);
		if (name === undefined) continue;
		for (const file of namesInStep(download)) byFile.set(baseName(file), name);
	}
	return byFile;
});

function nameIn(text: string): string | undefined {
	const [, release, other] = REPOSITORY_PACKAGE.exec(text.replace(/^["']/, "")) ?? [];
	return release?.toUpperCase() === "EPEL" ? "EPEL" : (release ?? other);
}

function named({ span }: ShellWord, name: string | undefined): readonly ThirdPartySource[] {
	return name === undefined ? [] : [{ span, name }];
}
