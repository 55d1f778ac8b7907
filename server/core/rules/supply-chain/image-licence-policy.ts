import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { finalStage } from "../../dockerfile/model/stages.ts";
import { imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import { matchesGlob } from "../../glob.ts";
import { contentName } from "../../image/reference.ts";
import { deniedLicence } from "../../sbom/licences.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";
import type { LicensedPackage, PackageList, WorkspaceFacts } from "../workspaceFacts.ts";

const listed = (base: string | undefined, ...packages: readonly LicensedPackage[]): Partial<WorkspaceFacts> => ({
	packageLists: [{ source: base === undefined ? "sbom.json" : "debian:12", base, packages }],
});

export const imageLicencePolicy = defineRule({
	id: "image-licence-policy",
	title: "The image has packages under a licence that the policy denies",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "image",
	since: "0.1.0",
	equivalents: same(["scout", "no-agpl-v3-licenses"]),
	asks: ["packageLists"],
	why: "Who ships an image ships every package in it, and has to keep to the licence of each. Some ask for the source of whatever talks to users over a network, others forbid commercial use. That is cheap to know before a release, and expensive after it.",
	remedy:
		"Take another package, a build without the part in question, or ask those who decide about licences and add the package to `except`. The rule reads the packages of the last scan, of the SBOM that is shown, and of an SBOM next to the Dockerfile (`sbom.json`, `bom.json`, `*.spdx.json`, `*.cdx.json`); without one it is silent.",
	references: ["https://spdx.org/licenses/", "https://docs.docker.com/scout/policy/"],
	options: [
		{ name: "denied", description: "SPDX identifiers of licences; `*` stands for anything.", default: ["AGPL-*"] },
		{ name: "except", description: "Names of packages that are allowed all the same; `*` stands for anything.", default: [] },
	],
	examples: [
		{
			caption: "In an SBOM next to the Dockerfile",
			bad: "FROM golang:1.25 AS build\nFROM «debian:12»\n",
			workspace: listed(
				undefined,
				{ name: "ghostscript", licenses: ["AGPL-3.0-or-later", "MIT"] },
				{ name: "itext", licenses: ["GNU AGPL, Version 3"] },
				{ name: "zlib", licenses: ["Zlib"] },
			),
		},
		{
			caption: "In a base image that was scanned",
			bad: "FROM «debian:12» AS a\nFROM a\n",
			options: { denied: ["GPL-2.0-only", "SSPL-1.0"] },
			workspace: listed("docker.io/library/debian:12", { name: "bash", licenses: ["MIT AND (GPL-2.0-only OR SSPL-1.0)"] }),
		},
		{
			caption: "A choice, an exception, a package that is allowed",
			good: "FROM debian:12\n",
			options: { denied: ["AGPL-*", "GPL-3.0-or-later"], except: ["libdb*"] },
			workspace: listed(
				undefined,
				{ name: "a", licenses: ["MIT OR AGPL-3.0-only"] },
				{ name: "libgcc", licenses: ["GPL-3.0-or-later WITH GCC-exception-3.1"] },
				{ name: "libdb5.3", licenses: ["AGPL-3.0-only"] },
				{ name: "b", licenses: [] },
			),
		},
		{
			caption: "Another base image; nothing is known",
			good: "FROM debian:13\n",
			workspace: listed("docker.io/library/debian:12", { name: "a", licenses: ["AGPL-3.0-only"] }),
		},
	],
	check(file, { options, workspace }) {
		if (workspace.packageLists.length === 0) return [];
		const denied = options["denied"] as readonly string[];
		const except = options["except"] as readonly string[];
		// What the build gives has all that its base image brings.
		const built = workspace.packageLists.filter(({ base }) => base === undefined);
		const told = new Set<number>();
		const reports: Report[] = [];
		for (const list of built.length > 0 ? built : workspace.packageLists) {
			const found = deniedIn(list, denied, except);
			if (found === undefined) continue;
			for (const span of placesOf(file, list)) {
				if (!told.has(span.start)) reports.push({ span, message: messageFor(list, found) });
				told.add(span.start);
			}
		}
		return reports;
	},
});

interface Denied {
	readonly first: string;
	readonly licence: string;
	readonly others: number;
}

function deniedIn({ packages }: PackageList, patterns: readonly string[], except: readonly string[]): Denied | undefined {
	const isDenied = (licence: string): boolean => patterns.some((pattern) => fits(pattern.toLowerCase(), licence.toLowerCase()));
	const known = new Map<string, string | undefined>();
	const names = new Map<string, string>();
	for (const { name, licenses } of packages) {
		for (const text of licenses) {
			if (!known.has(text)) known.set(text, deniedLicence(text, isDenied));
			const licence = known.get(text);
			if (licence === undefined || names.has(name) || except.some((pattern) => fits(pattern, name))) continue;
			names.set(name, licence);
		}
	}
	const [first] = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
	return first === undefined ? undefined : { first: first[0], licence: first[1], others: names.size - 1 };
}

/** Names have slashes, and no folders: a star stands for those, too. */
function fits(pattern: string, text: string): boolean {
	return matchesGlob(pattern.replaceAll(/\*+/g, "**"), text);
}

/** Where the image is named: the FROM of the base, or of the image that is shipped. */
function placesOf(file: Dockerfile, { base }: PackageList): readonly Span[] {
	if (base === undefined) {
		const stage: Stage | undefined = finalStage(file);
		return stage?.image === undefined ? [] : [stage.image.span];
	}
	return imageUsesOf(file).flatMap(({ kind, reference, span }) => (kind === "from" && contentName(reference) === base ? [span] : []));
}

function messageFor({ source }: PackageList, { first, licence, others }: Denied): string {
	const more = others === 0 ? "" : `, ${others} more are denied, too`;
	return `${shortened(first, 22)} is under ${shortened(licence, 18)}${more} (${shortened(source, 20)})`;
}
