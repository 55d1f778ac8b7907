/** The command line, declared once: the parser, `--help` and the page in the documentation are made from this table. */
export interface CommandDeclaration {
	readonly name: string;
	/** What it does, in one line. */
	readonly summary: string;
	/** `PATH…`, `IMAGE`: what stands behind the name. */
	readonly operands: string;
	/** Least and greatest number of operands. */
	readonly operandCount: readonly [number, number];
	readonly options: Readonly<Record<string, OptionDeclaration>>;
	/** Calls to copy, each with what it does. */
	readonly examples: readonly (readonly [string, string])[];
}

export interface OptionDeclaration {
	readonly type: "boolean" | "string";
	readonly short?: string;
	readonly multiple?: boolean;
	readonly description: string;
	/** Shown as `--name VALUE`. */
	readonly value?: string;
	/** The values that it takes. */
	readonly values?: readonly string[];
	readonly default?: string;
}

const PRESET: OptionDeclaration = {
	type: "string",
	value: "NAME",
	values: ["recommended", "strict", "all"],
	description: "rules to run; without it the configuration file decides, else recommended",
};
const FAIL_ON: OptionDeclaration = {
	type: "string",
	value: "SEVERITY",
	values: ["error", "warning", "info", "hint", "never"],
	default: "warning",
	description: "exit with 1 if a finding is that severe or worse",
};
const FILE: OptionDeclaration = { type: "string", short: "f", value: "FILE", description: "the Dockerfile; without it CONTEXT/Dockerfile" };
const VEX: OptionDeclaration = {
	type: "string",
	multiple: true,
	value: "FILE",
	description: "an OpenVEX document to apply; may be given more than once",
};
const PLATFORM: OptionDeclaration = { type: "string", value: "OS/ARCH", description: "for this platform" };

export const COMMANDS: readonly CommandDeclaration[] = [
	{
		name: "lint",
		summary: "check Dockerfiles",
		operands: "[PATH…]",
		operandCount: [0, Number.POSITIVE_INFINITY],
		options: {
			format: {
				type: "string",
				value: "FORMAT",
				values: ["text", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown"],
				default: "text",
				description: "form of the output",
			},
			preset: PRESET,
			"fail-on": FAIL_ON,
			"stdin-filename": {
				type: "string",
				value: "FILE",
				description: "name of what is read from standard input, for configuration and output",
			},
		},
		examples: [
			["hullguard lint", "every Dockerfile below the current folder"],
			["hullguard lint --preset strict --format sarif services/ > hullguard.sarif", "for code scanning"],
			["hullguard lint --format github", "annotations in a workflow of GitHub"],
			["hullguard lint - --stdin-filename Dockerfile < Dockerfile", "a text that is no file yet"],
		],
	},
	{
		name: "fix",
		summary: "repair what can be repaired safely",
		operands: "[PATH…]",
		operandCount: [0, Number.POSITIVE_INFINITY],
		options: {
			preset: PRESET,
			review: { type: "boolean", description: "also apply fixes that somebody should look at; the Dockerfile alone is changed" },
			diff: { type: "boolean", description: "show the changes, write nothing" },
			check: { type: "boolean", description: "write nothing, exit with 1 if something would change" },
			"stdin-filename": { type: "string", value: "FILE", description: "name of what is read from standard input" },
		},
		examples: [
			["hullguard fix --diff", "see what would change"],
			["hullguard fix services/api/Dockerfile", "change it"],
		],
	},
	{
		name: "pin",
		summary: "write the digests of images behind their tags",
		operands: "[PATH…]",
		operandCount: [0, Number.POSITIVE_INFINITY],
		options: {
			update: { type: "boolean", description: "also bring pinned digests up to date" },
			check: {
				type: "boolean",
				description: "write nothing, exit with 1 if something is not pinned; with --update or --max-age also if it is behind its tag",
			},
			"max-age": { type: "string", value: "DAYS", description: "with --check: days that a digest may be behind its tag, such as 14d" },
			platform: { type: "string", value: "OS/ARCH", description: "pin this platform's manifest in place of the index" },
			"build-arg": {
				type: "string",
				multiple: true,
				value: "NAME=VALUE",
				description: "what builds pass for an ARG without default; may be given more than once",
			},
			diff: { type: "boolean", description: "show the changes, write nothing" },
			list: { type: "string", value: "FILE", description: "also write the list of digests (.md or .json); with --check compare it" },
			"stdin-filename": { type: "string", value: "FILE", description: "name of what is read from standard input" },
			format: {
				type: "string",
				value: "FORMAT",
				values: ["text", "json", "sarif", "build-args", "markdown"],
				default: "text",
				description: "form of the output",
			},
		},
		examples: [
			["hullguard pin --diff", "see what would change"],
			["hullguard pin --check --max-age 14d", "in a pipeline: everything is pinned, and no pin is older than two weeks"],
			["hullguard pin --update --list BASE_IMAGE_DIGESTS.md", "bring all up to date, and write down what is used"],
		],
	},
	{
		name: "build",
		summary: "build an image with attestations",
		operands: "[CONTEXT]",
		operandCount: [0, 1],
		options: {
			file: FILE,
			tag: { type: "string", short: "t", value: "TAG", description: "name of the image" },
			target: { type: "string", value: "STAGE", description: "build up to this stage" },
			platform: PLATFORM,
			"build-arg": { type: "string", multiple: true, value: "NAME=VALUE", description: "a build argument; may be given more than once" },
			push: { type: "boolean", description: "push it to its registry" },
			scan: { type: "boolean", description: "scan it when it is built" },
			format: { type: "string", value: "FORMAT", values: ["text", "json"], default: "text", description: "form of the output" },
		},
		examples: [["hullguard build . -t registry.example.com/api:1 --push", "build and push"]],
	},
	{
		name: "scan",
		summary: "find vulnerabilities in an image, on the lines that brought them",
		operands: "IMAGE",
		operandCount: [1, 1],
		options: {
			file: { ...FILE, description: "the Dockerfile that the image was built from" },
			vex: VEX,
			"no-vex": { type: "boolean", description: "do not look for OpenVEX documents in the current folder" },
			platform: PLATFORM,
			severity: {
				type: "string",
				value: "SEVERITY",
				values: ["critical", "high", "medium", "low", "negligible"],
				default: "low",
				description: "leave out what is less severe",
			},
			"fixable-only": { type: "boolean", description: "leave out what has no fixed version" },
			"fail-on": {
				type: "string",
				value: "SEVERITY",
				values: ["critical", "high", "medium", "low", "never"],
				default: "high",
				description: "exit with 1 if an open vulnerability is that severe or worse",
			},
			offline: { type: "boolean", description: "use the vulnerability database that is there" },
			format: { type: "string", value: "FORMAT", values: ["text", "json"], default: "text", description: "form of the output" },
		},
		examples: [["hullguard scan registry.example.com/api:1 -f Dockerfile", "with the lines of the Dockerfile"]],
	},
	{
		name: "sbom",
		summary: "show what is inside an image",
		operands: "IMAGE",
		operandCount: [1, 1],
		options: {
			format: {
				type: "string",
				value: "FORMAT",
				values: ["tree", "cyclonedx", "spdx"],
				default: "tree",
				description: "form of the output",
			},
			platform: PLATFORM,
		},
		examples: [["hullguard sbom registry.example.com/api:1 --format spdx > api.spdx.json", "for the release"]],
	},
	{
		name: "image digest",
		summary: "print the digest that a registry has for an image",
		operands: "IMAGE",
		operandCount: [1, 1],
		options: { platform: { ...PLATFORM, description: "that of the platform's manifest; else of the index" } },
		examples: [["hullguard image digest debian:12", "what a pin would be"]],
	},
	{
		name: "image inspect",
		summary: "show what a registry says of an image, without pulling it",
		operands: "IMAGE",
		operandCount: [1, 1],
		options: {
			platform: PLATFORM,
			format: { type: "string", value: "FORMAT", values: ["text", "json"], default: "text", description: "form of the output" },
		},
		examples: [
			["hullguard image inspect node:22-bookworm-slim --platform linux/arm64", "user, ports, layers, labels, whether it is signed"],
		],
	},
	{
		name: "image tags",
		summary: "list the tags of an image's repository",
		operands: "IMAGE",
		operandCount: [1, 1],
		options: {
			format: { type: "string", value: "FORMAT", values: ["text", "json"], default: "text", description: "form of the output" },
		},
		examples: [["hullguard image tags debian", "all of them"]],
	},
	{
		name: "vex create",
		summary: "record what a vulnerability means for an image",
		operands: "VULNERABILITY [IMAGE]",
		operandCount: [1, 2],
		options: {
			"image-repo": { type: "string", value: "REPOSITORY", description: "the statement is about every build of this repository" },
			"trivy-json": {
				type: "string",
				value: "FILE",
				description: "a report of `trivy image --format json` that has the vulnerability; without it IMAGE is scanned",
			},
			status: {
				type: "string",
				value: "STATUS",
				values: ["not_affected", "affected", "fixed", "under_investigation"],
				description: "what it means",
			},
			justification: {
				type: "string",
				value: "JUSTIFICATION",
				values: [
					"component_not_present",
					"vulnerable_code_not_present",
					"vulnerable_code_not_in_execute_path",
					"vulnerable_code_cannot_be_controlled_by_adversary",
					"inline_mitigations_already_exist",
				],
				description: "why it does not affect the image",
			},
			comment: { type: "string", value: "TEXT", description: "impact statement, or for `affected` what to do" },
			scope: {
				type: "string",
				value: "SCOPE",
				values: ["digest", "repository", "package"],
				description: "this build, every build of the repository (default), or the package in every image",
			},
			file: { type: "string", value: "FILE", default: "vex.openvex.json", description: "the OpenVEX document; made if there is none" },
			author: { type: "string", value: "NAME", description: "who signs a new document" },
			diff: { type: "boolean", description: "show the change, write nothing" },
		},
		examples: [
			[
				'hullguard vex create CVE-2021-23337 --image-repo registry.example.com/api --trivy-json report.json --status not_affected --justification vulnerable_code_not_in_execute_path --comment "template() is never called"',
				"from a report",
			],
		],
	},
	{
		name: "rules",
		summary: "list the rules",
		operands: "",
		operandCount: [0, 0],
		options: {
			format: { type: "string", value: "FORMAT", values: ["text", "json", "markdown"], default: "text", description: "form of the output" },
			preset: { ...PRESET, description: "only the rules of this preset" },
		},
		examples: [["hullguard rules --format json", "with everything that is known of them"]],
	},
	{
		name: "config show",
		summary: "show which rules run for a Dockerfile, and who said so",
		operands: "[PATH]",
		operandCount: [0, 1],
		options: {
			format: { type: "string", value: "FORMAT", values: ["text", "json"], default: "text", description: "form of the output" },
		},
		examples: [["hullguard config show services/api/Dockerfile", "the preset, the files, each rule"]],
	},
	{
		name: "config import",
		summary: "print hadolint's configuration as one of Hullguard",
		operands: "[FILE]",
		operandCount: [0, 1],
		options: {},
		examples: [["hullguard config import .hadolint.yaml > hullguard.yaml", "take it over"]],
	},
	{
		name: "config dockerignore",
		summary: "print a .dockerignore that fits a build context",
		operands: "[FOLDER]",
		operandCount: [0, 1],
		options: {},
		examples: [["hullguard config dockerignore > .dockerignore", "then look what it leaves out"]],
	},
	{
		name: "explain",
		summary: "say what a rule is about",
		operands: "RULE",
		operandCount: [1, 1],
		options: {},
		examples: [["hullguard explain user-missing", ""]],
	},
	{
		name: "parse",
		summary: "print the structure of Dockerfiles, one JSON object a line",
		operands: "[FILE…]",
		operandCount: [0, Number.POSITIVE_INFINITY],
		options: { "files-from": { type: "string", value: "FILE", description: "read paths from a file, one a line; `-` is standard input" } },
		examples: [["git ls-files '*Dockerfile' | hullguard parse --files-from -", ""]],
	},
	{
		name: "tools check",
		summary: "show which tools are there, and what is missing",
		operands: "",
		operandCount: [0, 0],
		options: { format: { type: "string", value: "FORMAT", values: ["text", "json"], default: "text", description: "form of the output" } },
		examples: [],
	},
	{
		name: "lsp",
		summary: "start the language server",
		operands: "",
		operandCount: [0, 0],
		options: { stdio: { type: "boolean", description: "talk over standard input and output" } },
		examples: [["hullguard lsp --stdio", "for an editor's configuration"]],
	},
];
