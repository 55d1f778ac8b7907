import { remembered } from "../../memo.ts";
import type { Dockerfile, Stage } from "./model.ts";
import { sourcesOf } from "./sources.ts";

/** What stands before the first variable of a text, and behind the last one, in lower case. */
interface Frame {
	readonly before: string;
	readonly behind: string;
}

function frameOf(written: string): Frame {
	const text = written.toLowerCase();
	const last = text.lastIndexOf("$");
	const brace = text.lastIndexOf("}");
	const behind = brace > last ? text.slice(brace + 1) : text.slice(last).replace(/^\$\w*/, "");
	return { before: text.slice(0, text.indexOf("$")), behind };
}

/** Whether what stands around the variables of a FROM fits a name in lower case; a variable alone, if its default is a stage or unknown. */
export function couldName({ image, base }: Pick<Stage, "image" | "base">, name: string): boolean {
	if (!mayNameStage({ image, base })) return false;
	const { before, behind } = frameOf(image?.text ?? "");
	return name.length >= before.length + behind.length && name.startsWith(before) && name.endsWith(behind);
}

function mayNameStage({ image, base }: Pick<Stage, "image" | "base">): boolean {
	const { before, behind } = frameOf(image?.text ?? "");
	return before !== "" || behind !== "" || base.kind === "stage" || base.kind === "unknown";
}

/** With more variables in FROM and `--from` than that every stage may be meant. */
const MOST_CHOICES = 100;

/** Whether a variable of a FROM or a `--from` may stand for a part of a stage's name, as in `FROM build-${TARGETARCH}`. */
export function isChosenBy(stage: Stage, part: string): boolean {
	const name = stage.name?.text.toLowerCase() ?? "";
	const at = name.indexOf(part);
	if (at === -1) return false;
	const frames = framesOf(stage.file);
	return (
		frames.length > MOST_CHOICES ||
		frames.some(({ before, behind }) => {
			const end = name.length - behind.length;
			return name.startsWith(before) && name.endsWith(behind) && before.length <= at && at + part.length <= end;
		})
	);
}

const framesOf = remembered((file: Dockerfile): readonly Frame[] => {
	const bases = file.stages.filter((stage) => stage.image?.text.includes("$") && mayNameStage(stage));
	const sources = file.stages.flatMap((stage) => stage.steps.flatMap((step) => sourcesOf(step, file).map(({ text }) => text)));
	return [...bases.map(({ image }) => image?.text ?? ""), ...sources.filter((text) => text.includes("$"))].map(frameOf);
});
