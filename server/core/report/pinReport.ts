import type { PinOutcome } from "../digest/finish.ts";
import type { LintFinding } from "../finding.ts";
import type { Colors } from "./colors.ts";
import { problemJson } from "./json.ts";
import { terminalText } from "./terminalText.ts";
import { count } from "./text.ts";

/** A file whose images were looked at. */
export interface PinnedFile {
	readonly path: string;
	readonly text: string;
	readonly images: readonly PinnedImage[];
}

/** What became of one image, and how old its pin is. */
export interface PinnedImage extends PinOutcome {
	/** Days that the pin is behind its tag; undefined where nobody asked, or it is not. */
	readonly days?: number;
}

/** What was done with the files: `written`, only `shown` as a difference, or only `checked`. */
export type PinMode = "written" | "shown" | "checked";

const STATES = {
	written: { pinned: "pinned", updated: "updated" },
	shown: { pinned: "would be pinned", updated: "would be updated" },
	checked: { pinned: "is not pinned", updated: "is behind its tag" },
} as const;

/** `Dockerfile:1:6: node:22 pinned sha256:…` for each image, then one line that sums up. */
export function pinText(files: readonly PinnedFile[], colors: Colors, mode: PinMode): string {
	const lines = files.flatMap(({ path, images }) => images.map((image) => imageLine(path, image, colors, mode)));
	return `${lines.join("")}${summary(files, mode)}`;
}

function imageLine(path: string, image: PinnedImage, { bold, dim, green, red, yellow }: Colors, mode: PinMode): string {
	const { range, state, reference, digest, problem, days, platform } = image;
	const place = bold(`${terminalText(path)}:${range.start.line + 1}:${range.start.character + 1}`);
	const paint = mode === "checked" ? yellow : green;
	const states = {
		pinned: paint(STATES[mode].pinned),
		updated: paint(STATES[mode].updated),
		current: "is up to date",
		failed: red("failed"),
		skipped: "skipped",
		passed: dim(`comes with the build: pass ${passedText(image)}`),
	};
	const scope = platform === undefined ? "" : ` for ${terminalText(platform)} only`;
	const shown = state === "passed" ? undefined : digest;
	const reason = state === "skipped" && problem !== undefined ? `: ${terminalText(problem.message)}` : "";
	const age = days === undefined || mode !== "checked" ? "" : ` by ${count(days, "day")}`;
	return `${place}: ${terminalText(reference)} ${states[state]}${scope}${age}${reason}${shown === undefined ? "" : ` ${dim(shown)}`}\n`;
}

function passedText({ argument = "", buildArgument }: PinnedImage): string {
	return terminalText(buildArgument === undefined ? `${argument} with a digest` : `--build-arg ${buildArgument}`);
}

function summary(files: readonly PinnedFile[], mode: PinMode): string {
	const images = files.flatMap((file) => file.images);
	const names = {
		pinned: "pinned",
		updated: "updated",
		current: "up to date",
		failed: "failed",
		skipped: "skipped",
		passed: "passed by the build",
	};
	const words = mode === "checked" ? { ...names, pinned: "not pinned", updated: "behind" } : names;
	const by = (["pinned", "updated", "current", "failed", "skipped", "passed"] as const)
		.map((state) => [state, images.filter((image) => image.state === state).length] as const)
		.filter(([, number]) => number > 0)
		.map(([state, number]) => `${number} ${words[state]}`);
	const end = mode === "written" ? "" : "; nothing written";
	return `${count(images.length, "image")} in ${count(files.length, "file")}${by.length === 0 ? "" : `: ${by.join(", ")}`}${end}.\n`;
}

/** A file of the JSON form. */
export function pinJson({ path, images }: PinnedFile): object {
	return {
		path,
		images: images.map(({ reference, range, state, digest, before, registryHost, problem, days, argument, buildArgument, platform }) => ({
			reference,
			range,
			state,
			...(digest === undefined ? {} : { digest }),
			...(before === undefined ? {} : { before }),
			...(days === undefined ? {} : { days }),
			...(platform === undefined ? {} : { platform }),
			...(argument === undefined ? {} : { argument }),
			...(buildArgument === undefined ? {} : { buildArgument }),
			...(registryHost === undefined ? {} : { registryHost }),
			...(problem === undefined ? {} : { problem: problemJson(problem) }),
		})),
	};
}

/** For a builder that is handed its images: one `--build-arg NAME=VALUE` for each argument that names one, with its digest. */
export function buildArguments(files: readonly PinnedFile[]): string {
	const lines = new Set<string>();
	for (const { buildArgument } of files.flatMap((file) => file.images))
		if (buildArgument !== undefined) lines.add(`--build-arg ${buildArgument}\n`);
	return [...lines].join("");
}

/** What is not pinned or behind, as findings of the rules that say so in a Dockerfile. */
export function pinFindings({ images }: PinnedFile): readonly LintFinding[] {
	return images.flatMap(({ state, reference, range, days }) => {
		if (state !== "pinned" && state !== "updated") return [];
		const rule = state === "pinned" ? "base-image-digest-missing" : "base-image-digest-outdated";
		const age = days === undefined ? "" : ` by ${count(days, "day")}`;
		const message = state === "pinned" ? `${reference} is not pinned to a digest` : `The digest of ${reference} is behind its tag${age}`;
		const span = { start: 0, end: 0 };
		return [{ rule, code: rule, severity: "warning" as const, message, span, range, fixes: () => [], related: [], tags: [] }];
	});
}
