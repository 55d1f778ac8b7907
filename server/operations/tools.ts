import { buildxVersionCommand } from "../tools/buildx.ts";
import { type CardName, installHint, isNewEnough, TOOL_CARDS } from "../tools/cards.ts";
import { engineInfoCommand, readEngineInfo } from "../tools/docker.ts";
import { ToolError } from "../tools/errors.ts";
import type { ToolName } from "../tools/toolName.ts";
import { readState, stateCommand } from "../tools/trivy.ts";
import { readBuildxVersion } from "../tools/versionProbes.ts";
import type { OperationContext } from "./context.ts";

/** What is true of a tool on this machine. */
export interface ToolReport {
	readonly name: CardName;
	readonly title: string;
	/** `refused`: a version that is never run. `unreachable`: the engine does not answer. `broken`: it does not do what it should. */
	readonly state: "ready" | "missing" | "tooOld" | "refused" | "unreachable" | "broken" | "untrusted";
	readonly path: string | undefined;
	readonly version: string | undefined;
	readonly minimum: string;
	readonly tested: string;
	/** Without it some features are off, but no main one. */
	readonly optional: boolean;
	/** One sentence: what it is for, or what is wrong. */
	readonly message: string;
	readonly hint: string | undefined;
	readonly installation: string;
	/** When the vulnerability database was made; ISO 8601; scanners only. */
	readonly databaseDate: string | undefined;
}

const TOOLS: readonly ToolName[] = ["docker", "trivy", "grype", "syft", "cosign", "shellcheck"];

/** Looks at every tool: path, version, whether it may be used, whether the engine answers. Throws only an AbortError. */
export async function checkTools(context: OperationContext, platform: string): Promise<readonly ToolReport[]> {
	if (!context.trusted) return [...TOOLS, "buildx" as const].map((name) => untrusted(name)).sort(byCard);
	const reports = await Promise.all(TOOLS.map((tool) => checkTool(context, tool)));
	const docker = reports.find((report) => report.name === "docker");
	const buildx = docker?.path === undefined || docker.state === "tooOld" ? missingBuildx(platform) : await checkBuildx(context, platform);
	return [...reports, buildx].sort(byCard);
}

const ORDER: readonly string[] = Object.keys(TOOL_CARDS);

function byCard(a: ToolReport, b: ToolReport): number {
	return ORDER.indexOf(a.name) - ORDER.indexOf(b.name);
}

async function checkTool(context: OperationContext, tool: ToolName): Promise<ToolReport> {
	const { path, version, error } = await context.look(tool);
	const found = { ...blank(tool), path, version };
	if (error !== undefined) return { ...found, ...failed(error) };
	try {
		if (tool === "docker") return { ...found, ...(await checkEngine(context)) };
		if (tool === "trivy") return { ...found, ...(await checkDatabase(context)) };
		return found;
	} catch (problem) {
		if (problem instanceof ToolError) return { ...found, ...failed(problem) };
		throw problem;
	}
}

async function checkEngine(context: OperationContext): Promise<Partial<ToolReport>> {
	const engine = readEngineInfo((await context.run(engineInfoCommand())).stdout);
	const store = engine.containerdStore
		? ""
		: "; its image store cannot hold attestations, so vulnerabilities are placed by build metadata only";
	return { message: `Docker's engine ${engine.version} answers${store}` };
}

async function checkDatabase(context: OperationContext): Promise<Partial<ToolReport>> {
	const { databaseDate } = readState((await context.run(stateCommand())).stdout);
	const message =
		databaseDate === undefined
			? "The vulnerability database comes with the first scan"
			: `Vulnerability database of ${databaseDate.slice(0, 10)}`;
	return { databaseDate, message };
}

async function checkBuildx(context: OperationContext, platform: string): Promise<ToolReport> {
	const report = blank("buildx");
	try {
		const version = readBuildxVersion((await context.run(buildxVersionCommand())).stdout);
		if (isNewEnough("buildx", version)) return { ...report, version };
		const { title, minimum } = TOOL_CARDS.buildx;
		const message = `${title} ${version} is too old: ${minimum} or newer is needed`;
		return { ...report, version, state: "tooOld", message, hint: installHint("buildx", platform) };
	} catch (error) {
		if (error instanceof ToolError) return { ...report, ...failed(error) };
		throw error;
	}
}

function missingBuildx(platform: string): ToolReport {
	return {
		...blank("buildx"),
		state: "missing",
		message: "Buildx is a plug-in of Docker's command line, which is not there",
		hint: installHint("docker", platform),
	};
}

function blank(name: CardName): ToolReport {
	const { title, minimum, tested, optional, purpose, installation } = TOOL_CARDS[name];
	return {
		name,
		title,
		state: "ready",
		path: undefined,
		version: undefined,
		minimum,
		tested,
		optional,
		message: `Used to ${purpose}`,
		hint: undefined,
		installation,
		databaseDate: undefined,
	};
}

function untrusted(name: CardName): ToolReport {
	return {
		...blank(name),
		state: "untrusted",
		message: "Not looked for: the workspace is not trusted",
		hint: "Trust the workspace to build and scan",
	};
}

const STATES: Readonly<Partial<Record<ToolError["kind"], ToolReport["state"]>>> = {
	notFound: "missing",
	tooOld: "tooOld",
	invalid: "refused",
	unreachable: "unreachable",
	denied: "unreachable",
};

function failed(error: ToolError): Pick<ToolReport, "state" | "message" | "hint"> {
	return { state: STATES[error.kind] ?? "broken", message: error.message, hint: error.hint };
}
