import type { ToolName } from "./toolName.ts";
import { atLeast, compareVersions } from "./version.ts";

/** What is known about a tool. The documentation, the set-up check and every error about a missing tool are made from it. */
export interface ToolCard {
	readonly name: CardName;
	/** As its makers write it. */
	readonly title: string;
	/** What Hullguard needs it for; continues "is needed to". */
	readonly purpose: string;
	/** Older ones lack something that is used. */
	readonly minimum: string;
	/** The version that the tests ran with. */
	readonly tested: string;
	/** Without it some features are off, but no main one. */
	readonly optional: boolean;
	/** The page that says how to install it. */
	readonly installation: string;
	/** One command per platform that has an official package. */
	readonly install: Readonly<Partial<Record<"darwin" | "linux" | "win32", string>>>;
	/** Versions that are never run. */
	readonly refused: readonly RefusedVersions[];
}

/** buildx is a plug-in of the docker command line: it has a card, but no path of its own. */
export type CardName = ToolName | "buildx";

export interface RefusedVersions {
	readonly from: string;
	/** Included. */
	readonly to: string;
	/** Why; one sentence. */
	readonly reason: string;
	readonly advisory: string;
}

/** The one table of tools. */
export const TOOL_CARDS: Readonly<Record<CardName, ToolCard>> = {
	docker: {
		name: "docker",
		title: "Docker",
		purpose: "build images and to look at those of the Docker engine",
		minimum: "23.0.0",
		tested: "28.5.2",
		optional: false,
		installation: "https://docs.docker.com/get-started/get-docker/",
		install: { darwin: "brew install --cask docker-desktop", win32: "winget install Docker.DockerDesktop" },
		refused: [],
	},
	buildx: {
		name: "buildx",
		title: "Docker Buildx",
		purpose: "build images with progress, provenance and SBOM",
		minimum: "0.15.0",
		tested: "0.29.1",
		optional: false,
		installation: "https://github.com/docker/buildx#installing",
		install: { linux: "sudo apt-get install docker-buildx-plugin" },
		refused: [],
	},
	trivy: {
		name: "trivy",
		title: "Trivy",
		purpose: "find the vulnerabilities and packages of an image",
		minimum: "0.60.0",
		tested: "0.76.0",
		optional: false,
		installation: "https://trivy.dev/latest/getting-started/installation/",
		install: { darwin: "brew install trivy", win32: "winget install AquaSecurity.Trivy" },
		refused: [
			{
				from: "0.69.4",
				to: "0.69.6",
				reason: "These releases were made by attackers and steal credentials.",
				advisory: "https://github.com/aquasecurity/trivy/security/advisories/GHSA-69fq-xp46-6x23",
			},
		],
	},
	grype: {
		name: "grype",
		title: "Grype",
		purpose: "check VEX statements with a second scanner",
		minimum: "0.108.0",
		tested: "0.120.0",
		optional: true,
		installation: "https://github.com/anchore/grype#installation",
		install: { darwin: "brew install grype", win32: "winget install Anchore.Grype" },
		refused: [],
	},
	syft: {
		name: "syft",
		title: "Syft",
		purpose: "list the packages of an image where no attestation does",
		minimum: "1.0.0",
		tested: "1.18.1",
		optional: true,
		installation: "https://github.com/anchore/syft#installation",
		install: { darwin: "brew install syft", win32: "winget install Anchore.Syft" },
		refused: [],
	},
	cosign: {
		name: "cosign",
		title: "Cosign",
		purpose: "verify signatures and attestations",
		minimum: "2.4.0",
		tested: "3.1.1",
		optional: true,
		installation: "https://docs.sigstore.dev/cosign/system_config/installation/",
		install: { darwin: "brew install cosign" },
		refused: [],
	},
	shellcheck: {
		name: "shellcheck",
		title: "ShellCheck",
		purpose: "check the scripts in RUN with a second linter",
		minimum: "0.7.0",
		tested: "0.11.0",
		optional: true,
		installation: "https://github.com/koalaman/shellcheck#installing",
		install: { darwin: "brew install shellcheck", linux: "sudo apt-get install shellcheck", win32: "winget install koalaman.shellcheck" },
		refused: [],
	},
};

/** The entry that refuses a version; undefined if it may run. */
export function refusalOf(name: CardName, version: string): RefusedVersions | undefined {
	return TOOL_CARDS[name].refused.find((refused) => {
		const above = compareVersions(version, refused.from);
		const below = compareVersions(version, refused.to);
		return above !== undefined && below !== undefined && above >= 0 && below <= 0;
	});
}

/** Whether a version is new enough. One that cannot be read is: only the tool itself can tell then. */
export function isNewEnough(name: CardName, version: string): boolean {
	return atLeast(version, TOOL_CARDS[name].minimum);
}

/** How to get a tool, in one sentence. */
export function installHint(name: CardName, platform: string): string {
	const card = TOOL_CARDS[name];
	const command = platform === "darwin" || platform === "linux" || platform === "win32" ? card.install[platform] : undefined;
	return command === undefined ? `See ${card.installation}` : `Install it with \`${command}\`, or see ${card.installation}`;
}
