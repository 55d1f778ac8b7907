import { hideReferences } from "../../baseName.ts";
import { DISTRIBUTION_COMPONENTS, DISTRIBUTION_SUITES, VENDOR_HOSTS } from "../../knowledge/aptRepositories.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { type AptSource, aptSourcesOf } from "../packages/aptSources.ts";
import { type PackageCall, packageCallsOf } from "../packages/packageCalls.ts";
import { hostOf } from "./addresses.ts";
import { downloadsOf } from "./downloads.ts";
import { fromPackageFiles, fromPackages, type ThirdPartySource } from "./repositoryPackages.ts";

/** Hosts of Debian's family of distributions, and of snapshots of them. */
const DISTRIBUTION_HOSTS =
	/(?:^|\.)(?:debian\.org|ubuntu\.com|kali\.org|kali\.download|raspbian\.org|raspberrypi\.(?:org|com)|devuan\.org|deepin\.com|linuxmint\.com|archive\.canonical\.com)$/;
/** Mirrors keep the distribution's own folder names at the top. */
const MIRROR_PATH =
	/^[a-z+]{1,12}:\/\/[^/\s]{1,80}\/(?:[\w.-]{1,40}\/)?(?:debian(?:-security|-backports|-archive)?|ubuntu(?:-ports|-security)?|raspbian|kali|armbian)\/?$/i;

/** Whether an apt source is the distribution's, or a mirror of it. Undefined where a variable hides it. */
export function isDistributionSource(source: AptSource): boolean | undefined {
	const { uri } = source;
	if (/^(?:file|copy|cdrom):/.test(uri)) return true;
	if (/^mirror/.test(uri)) return true;
	const host = hostOf(uri);
	if (host === undefined) return undefined;
	if (DISTRIBUTION_HOSTS.test(host)) return true;
	if (isVendorHost(host)) return false;
	return MIRROR_PATH.test(hideReferences(uri)) && isLaidOutAsDistribution(source);
}

function isVendorHost(host: string): boolean {
	return /^(?:packages\.|apt\.|repo\.|deb\.)/.test(host) || VENDOR_HOSTS.some((vendor) => host === vendor || host.endsWith(`.${vendor}`));
}

/** Whether suites and components are such as a mirror has, or may be. */
function isLaidOutAsDistribution({ suites, components }: AptSource): boolean {
	const isHidden = (word: string): boolean => /[$\0]/.test(word);
	return (
		suites.every((suite) => isHidden(suite) || (!suite.endsWith("/") && DISTRIBUTION_SUITES.has(/^[a-z]*/.exec(suite)?.[0] ?? ""))) &&
		components.every((component) => isHidden(component) || DISTRIBUTION_COMPONENTS.has(component))
	);
}

/** Alpine's own hosts. Mirrors keep its folders: `/alpine/v3.22/main`. */
const ALPINE_HOST = /(?:^|\.)alpinelinux\.org$/;
const ALPINE_MIRROR_PATH = /\/alpine\/[^/\s]{1,40}\/(?:main|community|testing)\/?$/;

/** The repository for apk that an address names, if it is not that of the release or a mirror of it. */
function apkSource(address: string): string | undefined {
	const host = hostOf(address);
	if (host === undefined) return undefined;
	if (EDGE.test(address) && (ALPINE_HOST.test(host) || ALPINE_MIRROR_PATH.test(address))) return edgeName(address);
	if (ALPINE_HOST.test(host)) return undefined;
	return isVendorHost(host) || !ALPINE_MIRROR_PATH.test(hideReferences(address)) ? host : undefined;
}

/** Without one of these a RUN adds no repository. */
const TRACES = / -X|repo|sources|ppa:|\bdeb\b|copr|zypper|edge|-release|packages-microsoft-prod/;

/** The repositories that an instruction adds. */
export function thirdPartySourcesOf(step: Step): readonly ThirdPartySource[] {
	if (step.heredocs.length === 0 && !TRACES.test(step.line.text)) return [];
	const apt = aptSourcesOf(step).flatMap((source): ThirdPartySource[] =>
		isDistributionSource(source) === false ? [{ span: source.span, name: hostOf(source.uri) ?? source.uri }] : [],
	);
	if (step.keyword !== "RUN") return apt;
	return [
		...apt,
		...commandsOf(step).flatMap((command) => [...addedBy(command), ...fromPackageFiles(step, command)]),
		...packageCallsOf(step).flatMap(installedBy),
		...listsOf(step),
	];
}

const EDGE = /\/edge\/([\w-]{1,20})/;

function edgeName(address: string): string {
	return `Alpine's edge/${EDGE.exec(address)?.[1] ?? ""}`.replace(/\/$/, "");
}

/** `echo …/edge/testing >> /etc/apk/repositories`. */
function apkSourcesWritten({ args, redirects, pipeline }: ShellCommand): readonly ThirdPartySource[] {
	const tee = pipeline?.commands.flatMap((member) => member.args) ?? [];
	const files = [...redirects.flatMap(({ operator, target }) => (operator.startsWith(">") ? (target ?? []) : [])), ...tee];
	if (!files.some((word) => /\/etc\/apk\/repositories/.test(word.text))) return [];
	return args.flatMap((word): readonly ThirdPartySource[] => {
		const addresses = comparable(word).match(/https?:\/\/[^\s\\]+/g) ?? [];
		const name = addresses.map(apkSource).find((source) => source !== undefined);
		return name === undefined ? [] : [{ span: word.span, name }];
	});
}

function addedBy(command: ShellCommand): readonly ThirdPartySource[] {
	const { program, args } = command;
	if (program === "echo" || program === "printf") return apkSourcesWritten(command);
	const operands = args.filter((word) => !word.text.startsWith("-"));
	if (program === "add-apt-repository" || program === "apt-add-repository") {
		const word = operands.find(({ text }) => /^["']?ppa:/.test(text));
		return word === undefined || args.some(({ text }) => text === "--remove" || text === "-r")
			? []
			: [{ span: word.span, name: comparable(word) }];
	}
	if (program === "yum-config-manager" || ((program === "dnf" || program === "dnf5") && operands[0]?.value === "config-manager")) {
		const at = args.findIndex(({ text }) => /^--add-?repo/.test(text) || text === "addrepo");
		const value = args[at]?.text.includes("=")
			? args[at]
			: args.slice(at + 1).find(({ text }) => !text.startsWith("-") || text.startsWith("--from-repofile="));
		return at === -1 || value === undefined ? [] : [{ span: value.span, name: shown(comparable(value)) }];
	}
	if ((program === "dnf" || program === "yum" || program === "dnf5") && operands[0]?.value === "copr" && operands[1]?.value === "enable")
		return operands[2] === undefined ? [] : [{ span: operands[2].span, name: `COPR ${comparable(operands[2])}` }];
	if (program === "zypper" && /^(?:ar|addrepo)$/.test(operands[0]?.value ?? "")) {
		const word = operands.slice(1).find(({ text }) => text.includes("://"));
		return word === undefined ? [] : [{ span: word.span, name: shown(comparable(word)) }];
	}
	return [];
}

/** Packages that bring a repository, and what apk is told to take others from. */
function installedBy(call: PackageCall): readonly ThirdPartySource[] {
	if (call.manager === "apk") {
		return call.options.flatMap(({ name, value, valueWord, word }): readonly ThirdPartySource[] => {
			if (name !== "-X" && name !== "--repository") return [];
			const source = apkSource(value ?? comparable(valueWord ?? word));
			return source === undefined ? [] : [{ span: (valueWord ?? word).span, name: source }];
		});
	}
	return fromPackages(call);
}

/** Lists of repositories that a RUN downloads. */
function listsOf(step: Step): readonly ThirdPartySource[] {
	return downloadsOf(step).flatMap(({ sink, url, address, command }): ThirdPartySource[] => {
		const redirect = command.redirects.find(({ operator }) => operator.startsWith(">"))?.target;
		const path = sink.kind === "file" ? sink.path : redirect === undefined ? undefined : comparable(redirect);
		return path !== undefined && /\/(?:sources\.list\.d|yum\.repos\.d|zypp\/repos\.d)\//.test(path)
			? [{ span: url.span, name: shown(address) }]
			: [];
	});
}

function shown(address: string): string {
	return hostOf(address.replace(/^--[\w-]+=/, "")) ?? "a repository";
}
