import type { Command, CommandOutput, Explanation } from "./command.ts";
import { explainDockerText } from "./dockerErrors.ts";
import { imageArgument } from "./imageArgument.ts";

/** Where Grype takes an image from. Without a scheme it would try many places, and pull. */
export type GrypeScheme = "docker" | "registry";

export interface GrypeOptions {
	readonly reference: string;
	readonly scheme: GrypeScheme;
	readonly platform?: string;
	/** Absolute paths of OpenVEX files. */
	readonly vexFiles?: readonly string[];
	/** Takes the database that is there. */
	readonly offline: boolean;
	readonly timeoutMs: number;
}

/**
 * Scans an image. Never with `-q`: that hides errors too.
 */
export function grypeScanCommand(options: GrypeOptions): Command {
	const { platform, vexFiles = [], offline, timeoutMs } = options;
	return {
		tool: "grype",
		args: [
			`${options.scheme}:${imageArgument(options.reference)}`,
			"--output=json",
			...(platform === undefined ? [] : [`--platform=${platform}`]),
			...vexFiles.map((file) => `--vex=${file}`),
		],
		environment: {
			GRYPE_CHECK_FOR_APP_UPDATE: "false",
			NO_COLOR: "1",
			...(offline ? { GRYPE_DB_AUTO_UPDATE: "false", GRYPE_DB_VALIDATE_AGE: "false" } : {}),
		},
		timeoutMs,
		outputLimit: 400_000_000,
		scans: true,
		explain: explainGrype,
	};
}

const DATABASE_HINT = "Run `grype db update` once with a network";

const EXPLANATIONS: readonly (readonly [RegExp, Explanation])[] = [
	[
		/database does not exist|database not found at/,
		{ kind: "failed", message: "Grype has no vulnerability database yet", hint: DATABASE_HINT },
	],
	[/the vulnerability database was built/, { kind: "failed", message: "Grype's vulnerability database is too old", hint: DATABASE_HINT }],
	[
		/bad db checksum|unsupported database version/,
		{ kind: "failed", message: "Grype's vulnerability database cannot be used", hint: "Run `grype db delete`, then `grype db update`" },
	],
	[
		/failed to create VEX processor|unsupported VEX document format|matches against VEX sources/,
		{
			kind: "invalid",
			message: "Grype cannot read a VEX file",
			hint: "Check the file: a document without `@context` or `timestamp` fails the scan",
		},
	],
	[/unknown flag: --/, { kind: "tooOld", message: "This Grype does not know an option that is needed", hint: "Install a newer Grype" }],
];

/** What Grype says when it fails, in words for the user. */
export function explainGrype(output: CommandOutput): Explanation | undefined {
	return EXPLANATIONS.find(([pattern]) => pattern.test(output.stderr))?.[1] ?? explainDockerText(output.stderr);
}
