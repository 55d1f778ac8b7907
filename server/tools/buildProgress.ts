import type { LineRange } from "../core/attribution/origin.ts";
import type { BuildEvent, BuildFailure, BuildStep, BuildWarning } from "../core/build/build.ts";
import {
	child,
	isAbsent,
	JsonError,
	type JsonValue,
	jsonRoot,
	readList,
	readNumber,
	readOptionalText,
	readText,
} from "../core/json/values.ts";
import { stepLogs } from "./buildLogs.ts";
import { causeOf } from "./dockerErrors.ts";

/** Reads what `docker buildx build --progress=rawjson` prints, line by line. Never throws: what is not progress is text. */
export interface BuildProgressReader {
	line(text: string): void;
	/** Ends open lines. */
	end(): void;
	/** The name of the step that is at work; of several the one that started last. */
	current(): string | undefined;
	/** Why the build failed, as far as the output tells. */
	failure(): BuildFailure;
	/** The lines of the builder itself. */
	text(): string;
	warnings(): readonly BuildWarning[];
}

interface Vertex extends BuildStep {
	state: "planned" | "started" | "cached" | "done" | "failed";
	error: string | undefined;
}

/** More lines of its own no builder prints; a frontend could. */
const MOST_TEXT_LINES = 500;

/** @param masked hides secrets: names of steps hold the values of build arguments */
export function buildProgressReader(emit: (event: BuildEvent) => void, masked: (text: string) => string): BuildProgressReader {
	const vertexes = new Map<string, Vertex>();
	const running: Vertex[] = [];
	const plain: string[] = [];
	const warnings: BuildWarning[] = [];
	const logs = stepLogs((id, text) => emit({ kind: "log", step: stepOf(vertexes.get(id) ?? { id, name: "" }), text: masked(text) }));

	const readVertex = (value: JsonValue): void => {
		const id = readText(value, "digest");
		const vertex = vertexes.get(id) ?? { id, name: masked(readText(value, "name")), state: "planned", error: undefined };
		vertexes.set(id, vertex);
		const state = stateOf(value);
		// Steps that the builder does on its own start again after they were done; that is no news.
		if (state === "planned" || state === vertex.state || (state === "started" && vertex.state !== "planned")) return;
		vertex.state = state;
		vertex.error = readOptionalText(value, "error");
		const at = running.indexOf(vertex);
		if (at !== -1) running.splice(at, 1);
		if (state === "started") running.push(vertex);
		else logs.end(id);
		emit({ kind: "step", step: stepOf(vertex), state });
	};
	const readStatus = (root: JsonValue): void => {
		for (const value of readList(root, "vertexes")) readVertex(value);
		for (const value of readList(root, "logs")) logs.add(readText(value, "vertex"), readNumber(value, "stream"), readText(value, "data"));
		for (const value of readList(root, "warnings")) {
			const warning = readWarning(value, masked);
			warnings.push(warning);
			emit({ kind: "warning", warning });
		}
	};
	return {
		line(text) {
			const status = statusOf(text);
			if (status !== undefined) {
				try {
					return readStatus(status);
				} catch (error) {
					if (!(error instanceof JsonError)) throw error;
				}
			}
			if (plain.length < MOST_TEXT_LINES) plain.push(masked(text));
			emit({ kind: "text", text: masked(text) });
		},
		end: () => logs.endAll(),
		current: () => running.findLast((vertex) => !vertex.name.startsWith("[internal]"))?.name ?? running.at(-1)?.name,
		failure() {
			const failed = [...vertexes.values()].find((vertex) => vertex.state === "failed" && !isConsequence(vertex.error));
			const step = failed === undefined ? undefined : stepOf(failed);
			return {
				message: failureMessage(plain, failed === undefined ? undefined : masked(failed.error ?? "")),
				lines: markedLines(plain),
				step,
				log: step === undefined ? [] : logs.last(step.id).map(masked),
			};
		},
		text: () => plain.join("\n"),
		warnings: () => warnings,
	};
}

function stepOf(vertex: BuildStep): BuildStep {
	return { id: vertex.id, name: vertex.name };
}

/** A line of progress; undefined for anything else. */
function statusOf(line: string): JsonValue | undefined {
	if (!line.startsWith("{")) return undefined;
	try {
		return jsonRoot(JSON.parse(line));
	} catch {
		return undefined;
	}
}

function stateOf(value: JsonValue): Vertex["state"] {
	if (!isAbsent(child(value, "error"))) return "failed";
	if (child(value, "cached").value === true) return "cached";
	if (!isAbsent(child(value, "completed"))) return "done";
	return isAbsent(child(value, "started")) ? "planned" : "started";
}

/** Steps that were stopped because another one failed carry an error too. */
function isConsequence(error: string | undefined): boolean {
	return error?.includes("context canceled") === true;
}

function readWarning(value: JsonValue, masked: (text: string) => string): BuildWarning {
	const ranges = readList(value, "range").map((range) => ({
		first: readNumber(child(range, "start"), "line") - 1,
		last: readNumber(child(range, "end"), "line") - 1,
	}));
	return { message: masked(decode(readText(value, "short"))), url: readOptionalText(value, "url"), lines: hull(ranges) };
}

function decode(base64: string): string {
	return Buffer.from(base64, "base64").toString("utf8");
}

function hull(ranges: readonly LineRange[]): LineRange | undefined {
	if (ranges.length === 0) return undefined;
	return { first: Math.min(...ranges.map((range) => range.first)), last: Math.max(...ranges.map((range) => range.last)) };
}

/** The lines that the builder marks in the excerpt that it prints in front of its error: `   4 | >>> RUN false`. */
function markedLines(plain: readonly string[]): LineRange | undefined {
	const marked = plain.flatMap((line) => {
		const match = /^\s{0,10}(\d{1,7}) \| >>>/.exec(line);
		return match === null ? [] : [{ first: Number(match[1]) - 1, last: Number(match[1]) - 1 }];
	});
	return hull(marked);
}

/** The builder's last word, in fewer words where they are known. */
function failureMessage(plain: readonly string[], stepError: string | undefined): string {
	const said = plain.findLast((line) => line.startsWith("ERROR: "));
	const cause = causeOf(said ?? stepError ?? "");
	const exitCode = /did not complete successfully: exit code: (\d+)/.exec(stepError || (said ?? ""))?.[1];
	if (exitCode !== undefined) return `The command ended with exit code ${exitCode}`;
	const missing = /failed to calculate checksum of ref [^\s"]{0,300} ?"([^"]{1,1000})": not found/.exec(said ?? stepError ?? "")?.[1];
	if (missing !== undefined) return `${missing} was not found`;
	return cause === "" ? "The build failed" : cause;
}
