import { templateMark } from "../../dockerfile/model/template.ts";
import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { editDistance } from "../../nearest.ts";
import { defineRule, same, similar } from "../rule.ts";

export const noStage = defineRule({
	id: "no-stage",
	title: "The file has no FROM",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["tally", "require-stages"], ["dockerfile-utils", "NO_SOURCE_IMAGE"]), ...similar(["droast", "DF037"])],
	why: "Every image starts from another one, or from `scratch`; the builder stops. A fragment that other files include is no Dockerfile: give it another name.",
	remedy: "Begin with `FROM image`.",
	references: ["https://docs.docker.com/reference/dockerfile/#from"],
	examples: [
		{ caption: "Instructions alone", bad: "# part of another file\n«RUN» apt-get update\nCMD a\n" },
		{ caption: "Arguments for a FROM that is not there", bad: "«ARG» A=1\nARG B\n" },
		{ caption: "The smallest one", good: "FROM scratch\n" },
		{ caption: "Nothing, and no Dockerfile, are reported otherwise", good: "# a\n" },
		{ caption: "Another kind of file", good: "apiVersion: v1\nkind: Pod\n" },
		{ caption: "A misspelt one", good: "FORM debian:12\nRUN true\n" },
		{ caption: "A template", good: "{{ base }}\nRUN true\n" },
	],
	check(file) {
		if (file.stages.length > 0 || templateMark(file) !== undefined) return [];
		// A misspelt FROM is reported as such.
		if (file.globals.some(({ keyword }) => !INSTRUCTIONS.has(keyword) && editDistance(keyword, "FROM", 2) < 2)) return [];
		const first = file.globals.find((instruction) => INSTRUCTIONS.has(instruction.keyword));
		return first === undefined ? [] : [{ span: first.keywordSpan, message: "There is no FROM in this file" }];
	},
});
