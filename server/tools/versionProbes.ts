import { readText } from "../core/json/values.ts";
import type { Command } from "./command.ts";
import { readJson } from "./json.ts";
import type { ToolName } from "./toolName.ts";
import { versionNumbers } from "./version.ts";

/** How to learn the version of an executable. */
export interface VersionProbe {
	readonly command: Command;
	/** The version as the tool prints it, without a leading `v`. @throws ToolError if the output is not known */
	readonly read: (printed: string) => string;
}

const TIMEOUT_MS = 20_000;

function probe(tool: ToolName, args: readonly string[], read: (printed: string) => string): VersionProbe {
	return {
		command: { tool, args, timeoutMs: TIMEOUT_MS, ...(tool === "grype" ? { environment: { GRYPE_CHECK_FOR_APP_UPDATE: "false" } } : {}) },
		read: (printed) => read(printed).replace(/^v/, ""),
	};
}

/** One probe per executable; none of them needs a network or a daemon. */
export const VERSION_PROBES: Readonly<Record<ToolName, VersionProbe>> = {
	// `docker version` would wait for a daemon that does not answer.
	docker: probe("docker", ["--version"], (printed) => /version ([^\s,]+)/.exec(printed)?.[1] ?? printed.trim()),
	trivy: probe("trivy", ["version", "--format", "json"], (printed) => readJson("trivy", printed, (root) => readText(root, "Version"))),
	grype: probe("grype", ["version", "-o", "json"], (printed) => readJson("grype", printed, (root) => readText(root, "version"))),
	syft: probe("syft", ["version", "-o", "json"], (printed) => readJson("syft", printed, (root) => readText(root, "version"))),
	cosign: probe("cosign", ["version", "--json"], (printed) => readJson("cosign", printed, (root) => readText(root, "gitVersion"))),
	shellcheck: probe("shellcheck", ["--version"], (printed) => /^version: (\S+)/m.exec(printed)?.[1] ?? printed.trim()),
};

/** The version in what `docker buildx version` prints: with or without a leading `v`, by distribution. */
export function readBuildxVersion(printed: string): string {
	const word = printed.split(/\s+/).find((candidate, index) => index > 0 && versionNumbers(candidate) !== undefined);
	return (word ?? printed.trim()).replace(/^v/, "");
}
