import { child, isAbsent, readOptionalText, readText } from "../core/json/values.ts";
import type { Command, CommandOutput, Explanation } from "./command.ts";
import { daemonTrouble, registryTrouble } from "./dockerErrors.ts";
import { imageArgument } from "./imageArgument.ts";
import { readJson } from "./json.ts";

/** Where Trivy takes an image from. */
export type TrivySource = "docker" | "remote";

export interface TrivyOptions {
	readonly reference: string;
	readonly source: TrivySource;
	/** `linux/arm64`, for an image of several platforms. */
	readonly platform?: string;
	/** Absolute paths of OpenVEX files. */
	readonly vexFiles?: readonly string[];
	/** Absolute path of a `.trivyignore` or `.trivyignore.yaml`. */
	readonly ignoreFile?: string;
	/** Absolute path of a configuration file of ours. */
	readonly configFile?: string;
	/** Takes the database that is there. */
	readonly offline: boolean;
	readonly timeoutMs: number;
}

/** A report of a large image with all its packages. */
const REPORT_LIMIT = 400_000_000;

/** Scans an image for vulnerabilities; the report lists all packages, and what VEX or ignore files hide. */
export function scanCommand(options: TrivyOptions): Command {
	const { vexFiles = [], ignoreFile } = options;
	return imageCommand(options, [
		"--format=json",
		"--scanners=vuln",
		"--list-all-pkgs",
		"--show-suppressed",
		"--exit-code=0",
		// An environment variable of Trivy's must not hide anything.
		"--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL",
		"--pkg-types=os,library",
		...vexFiles.map((file) => `--vex=${file}`),
		...(ignoreFile === undefined ? [] : [`--ignorefile=${ignoreFile}`]),
	]);
}

/** Lists the packages of an image as a CycloneDX document. */
export function sbomCommand(options: TrivyOptions): Command {
	return imageCommand(options, ["--format=cyclonedx", "--pkg-types=os,library"]);
}

function imageCommand(options: TrivyOptions, args: readonly string[]): Command {
	const { platform, configFile, offline, timeoutMs } = options;
	return {
		tool: "trivy",
		args: [
			...(configFile === undefined ? [] : [`--config=${configFile}`]),
			"image",
			"--quiet",
			...args,
			`--image-src=${options.source}`,
			...(platform === undefined ? [] : [`--platform=${platform}`]),
			...(offline ? ["--skip-db-update", "--skip-java-db-update", "--offline-scan"] : []),
			`--timeout=${Math.ceil(timeoutMs / 1000)}s`,
			imageArgument(options.reference),
		],
		environment: { TRIVY_SKIP_VERSION_CHECK: "true", TRIVY_DISABLE_TELEMETRY: "true", NO_COLOR: "1" },
		// Trivy's own limit comes first: its message says what was slow.
		timeoutMs: timeoutMs + 10_000,
		outputLimit: REPORT_LIMIT,
		scans: true,
		explain: explainTrivy,
	};
}

/**
 * A configuration file that makes Trivy ask mirrors first for images of Docker Hub, as the engine does.
 * @param mirrors addresses as the engine has them: `http://localhost:5000/`
 */
export function mirrorConfiguration(mirrors: readonly string[]): string {
	const hosts = mirrors.map((mirror) => mirror.replace(/^https?:\/\//, "").replace(/\/+$/, ""));
	return `${JSON.stringify({ registry: { mirrors: { "index.docker.io": hosts } } })}\n`;
}

const EXPLANATIONS: readonly (readonly [string, Explanation])[] = [
	[
		"--skip-db-update cannot be specified on the first run",
		{
			kind: "failed",
			message: "Trivy has no vulnerability database yet",
			hint: "Run `trivy image --download-db-only` once with a network",
		},
	],
	[
		"'--skip-java-db-update' cannot be specified on the first run",
		{ kind: "failed", message: "Trivy has no Java database yet", hint: "Run `trivy image --download-java-db-only` once with a network" },
	],
	[
		"failed to download vulnerability DB",
		{
			kind: "unreachable",
			message: "Trivy could not download its vulnerability database",
			hint: "Check network and proxy, or scan offline with `hullguard.scan.offline`",
		},
	],
	[
		"DB schema",
		{
			kind: "failed",
			message: "Trivy's vulnerability database is of another version than Trivy",
			hint: "Run `trivy clean --vuln-db`, then scan again with a network",
		},
	],
	[
		"VEX error",
		{
			kind: "invalid",
			message: "Trivy cannot read a VEX file",
			hint: "Check the file: a document without `@context`, or a wrong field, fails the scan",
		},
	],
	[
		"cache may be in use by another process",
		{ kind: "failed", message: "Another Trivy uses the same cache", hint: "Scan again when it has finished" },
	],
	[
		"context deadline exceeded",
		{ kind: "timedOut", message: "Trivy did not finish in time", hint: "Scan again; what is in its cache by now makes it faster" },
	],
	[
		"analyze error: timeout",
		{ kind: "timedOut", message: "Trivy did not finish in time", hint: "Scan again; what is in its cache by now makes it faster" },
	],
	["no space left on device", { kind: "failed", message: "The disk is full", hint: "Free some space, or set TMPDIR to another disk" }],
	["unknown flag: --", { kind: "tooOld", message: "This Trivy does not know an option that is needed", hint: "Install a newer Trivy" }],
];

/** What Trivy says with `FATAL`, in words for the user. */
export function explainTrivy(output: CommandOutput): Explanation | undefined {
	const text = output.stderr;
	const known = EXPLANATIONS.find(([words]) => text.includes(words));
	if (known !== undefined) return known[1];
	const daemon = daemonTrouble(text);
	if (daemon !== undefined) return daemon;
	const missing = /unable to find the specified image "([^"]{1,500})"/.exec(text)?.[1];
	if (missing === undefined) return registryTrouble(text);
	const registry = registryTrouble(text);
	if (registry !== undefined) return registry;
	return { kind: "failed", message: `There is no image ${missing}`, hint: "Build it, pull it, or check the name" };
}

/** What Trivy says of itself and of its database. */
export interface TrivyState {
	readonly version: string;
	/** When the vulnerability database was made; ISO 8601; undefined before the first download. */
	readonly databaseDate: string | undefined;
}

/** Asks Trivy for its version and database; needs no network. */
export function stateCommand(): Command {
	return {
		tool: "trivy",
		args: ["version", "--format=json"],
		environment: { TRIVY_SKIP_VERSION_CHECK: "true", TRIVY_DISABLE_TELEMETRY: "true" },
		timeoutMs: 20_000,
	};
}

/** @throws ToolError if the output is not known */
export function readState(printed: string): TrivyState {
	return readJson("trivy", printed, (root) => {
		const database = child(root, "VulnerabilityDB");
		return {
			version: readText(root, "Version").replace(/^v/, ""),
			databaseDate: isAbsent(database) ? undefined : readOptionalText(database, "UpdatedAt"),
		};
	});
}
