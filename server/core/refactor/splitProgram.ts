import { baseImageFacts } from "../dockerfile/base/baseFacts.ts";
import { compileCommands, runtimeImage } from "../dockerfile/packages/compiling.ts";
import { splitStage } from "../dockerfile/start/split.ts";
import { type Refactorer, wholeStageAt } from "./refactoring.ts";

/** Ends the one stage of a toolchain image (Go, Rust, Java, .NET) behind the build, and starts another one with the program alone. */
export const splitProgram: Refactorer = (file, at) => {
	const stage = wholeStageAt(file, at);
	if (stage === undefined || file.stages.length !== 1 || stage.base.kind !== "image") return [];
	const { reference } = stage.base;
	const language = baseImageFacts(reference).sdk?.language;
	const runtime = runtimeImage(reference);
	if (language === undefined || runtime === undefined || stage.image?.text !== reference.text) return [];
	if (compileCommands(stage, language).length === 0) return [];
	const edits = splitStage(stage, runtime);
	if (edits === undefined) return [];
	const note = "Libraries and files that the program reads beside what is copied have to be copied, too.";
	return [{ title: "Split into a build and a runtime stage", kind: "refactor.rewrite", edits, note }];
};
